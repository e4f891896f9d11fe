"""Evaluation data sets with their records."""

import json

from servers import Ask

AT = "/api/3.0/mlflow/datasets/"
MAKERS = ["datasets/create", "datasets/records add"]


def create(s):
    symbol = s.new("d")
    body = {"name": "diff %d %s" % (s.seed, symbol), "experiment_ids": [s.own()]}
    if s.now_and_then(0.7):
        body["tags"] = json.dumps({"k": s.chosen("v", "w"), "mlflow.user": "ada"})
    if s.now_and_then(0.05):
        body.update(s.chosen({"name": ""}, {"tags": "nonsense"}))
    return Ask(body, makes=("d", "$%s$" % symbol, ["dataset", "dataset_id"]))


def one(s):
    return [s.one("d", "d-" + "f" * 32)]


def record(s):
    made = {"inputs": {"q": s.chosen("1", "2", "3"), "n": s.chosen(1, 2.5, None, [1], {"x": True})}}
    if s.now_and_then(0.6):
        made["expectations"] = {"a": s.chosen("x", "y"), "b": 1}
    if s.now_and_then(0.3):
        made["outputs"] = s.chosen({"o": 1}, "text")
    if s.now_and_then(0.5):
        made["tags"] = {"mlflow.user": "ada", "t": s.chosen("1", "2")}
    if s.now_and_then(0.5):
        made["source"] = {"source_type": s.chosen("HUMAN", "CODE"), "source_data": {"d": 1}}
    return made


def add(s):
    records = json.dumps([record(s) for _ in range(s.random.randrange(4))])
    return Ask({"records": records if not s.now_and_then(0.05) else s.chosen("nonsense", "{}", "")}, one(s))


def records(s):
    at = one(s)

    def learn(answer):
        """Records are known by what went in."""
        listed = json.loads(answer.get("records", "[]"))
        return {"q-%s-%d" % (at[0].strip("$"), hash_of(each["inputs"])): each["dataset_record_id"] for each in listed}

    return Ask({"max_results": s.chosen(1000, 1000, 2)}, at, learns=("q", learn))


def hash_of(value):
    total = 0
    for byte in json.dumps(value, sort_keys=True).encode():
        total = (total * 31 + byte) % 1_000_000_007
    return total


def remove(s):
    at = one(s)
    mine = [q for q in s.made["q"] if q.startswith("$q-%s-" % at[0].strip("$"))]
    return Ask({"dataset_record_ids": [s.random.choice(mine)] if mine else ["dr-" + "f" * 32]}, at)


def search(s):
    body = {
        "experiment_ids": [s.own()], "max_results": s.chosen(1, 2, 50),
        "filter_string": s.chosen("", "name LIKE 'diff %d %%'" % s.seed, "tags.k = 'v'", "created_by = 'ada'", "nonsense", "name = 'diff %d d1'" % s.seed),
        "order_by": s.chosen(["created_time DESC"], ["name ASC"], ["created_time"], ["zz"]),
    }
    return Ask(body, pages=True)


def experiments(s):
    return Ask({"experiment_ids": [s.own()] if not s.now_and_then() else ["987654321"]}, one(s))


CALLS = {
    "datasets/create": ("POST " + AT + "create", create),
    "datasets/get": ("GET " + AT + "{dataset_id}", lambda s: Ask(path=one(s))),
    "datasets/delete": ("DELETE " + AT + "{dataset_id}", lambda s: Ask(path=one(s) if s.now_and_then(0.3) else ["d-" + "f" * 32])),
    "datasets/search": ("POST " + AT + "search", search),
    "datasets/search by GET": ("GET " + AT + "search", search),
    "datasets/tags": ("PATCH " + AT + "{dataset_id}/tags", lambda s: Ask({"tags": json.dumps({"k": s.chosen("v", "w"), "z": "1"})}, one(s))),
    "datasets/delete tag": ("DELETE " + AT + "{dataset_id}/tags/{key}", lambda s: Ask(path=one(s) + [s.chosen("k", "none")])),
    "datasets/records add": ("POST " + AT + "{dataset_id}/records", add),
    "datasets/records": ("GET " + AT + "{dataset_id}/records", records),
    "datasets/records delete": ("DELETE " + AT + "{dataset_id}/records", remove),
    "datasets/experiment-ids": ("GET " + AT + "{dataset_id}/experiment-ids", lambda s: Ask(path=one(s))),
    "datasets/add-experiments": ("POST " + AT + "{dataset_id}/add-experiments", experiments),
    "datasets/remove-experiments": ("POST " + AT + "{dataset_id}/remove-experiments", experiments),
}
