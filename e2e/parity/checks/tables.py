"""The tables that every tool judges: one that is as wanted, and some with a fault each. Texts only, so that every tool reads the same."""

HEADER = "id,amount,kind,code,age"
GOOD = [
    "1,5.5,card,AB,20",
    "2,7.25,cash,AC,31",
    "3,,cash,A,44",
    "4,60,card,ABC,52",
    "5,42,card,,18",
    "6,12,cash,AX,67",
    "7,,card,AY,35",
    "8,33,cash,AZ,29",
    "9,81,card,AA,40",
    "10,19,cash,AB,33",
]


def changed(row, column, value):
    rows = [line.split(",") for line in GOOD]
    rows[row][HEADER.split(",").index(column)] = value
    return [",".join(cells) for cells in rows]


TABLES = {
    "good": GOOD,
    "id twice": changed(4, "id", "4"),
    "id missing": changed(4, "id", ""),
    "amount high": changed(1, "amount", "7000"),
    "amount negative": changed(1, "amount", "-3"),
    "half of the amounts missing": [row if i % 2 else ",".join([row.split(",")[0], "", *row.split(",")[2:]]) for i, row in enumerate(GOOD)],
    "kind unknown": changed(2, "kind", "gold"),
    "kind missing": changed(2, "kind", ""),
    "code in small letters": changed(3, "code", "xyz"),
    "code long": changed(3, "code", "ABCDE"),
    "age young": changed(3, "age", "12"),
    "age old": changed(3, "age", "120"),
    "few rows": GOOD[:3],
}


def csv(rows):
    return "\n".join([HEADER, *rows]) + "\n"
