package dev.clew.quality.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableTest {
    @TempDir
    Path dir;

    private Path file(String name, String content) throws IOException {
        return Files.writeString(dir.resolve(name), content);
    }

    /** Writes Parquet with DuckDB itself; the query's columns become the file's. */
    private Path parquet(String name, String query) throws Exception {
        Path file = dir.resolve(name);
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute("COPY (" + query + ") TO '" + file + "' (FORMAT parquet)");
        }
        return file;
    }

    private static List<String> texts(Table table, String column) {
        List<String> all = new ArrayList<>();
        try (var batches = table.batches(Selection.text(column))) {
            for (Batch batch : batches) {
                all.addAll(java.util.Arrays.asList(batch.texts(0)));
            }
        }
        return all;
    }

    private static List<Double> numbers(Table table, String column) {
        List<Double> all = new ArrayList<>();
        try (var batches = table.batches(Selection.number(column))) {
            for (Batch batch : batches) {
                for (double value : batch.numbers(0)) {
                    all.add(value);
                }
            }
        }
        return all;
    }

    @Test
    void readsTheColumnsOfCsvWithTheirTypes() throws IOException {
        Path file = file("loans.csv", """
                id,amount,ok,when,at,note
                1,1.5,true,2024-01-02,2024-01-02 10:00:00,"a, b"
                2,NA,false,,2024-01-03 00:00:00,""
                """);
        try (var table = Table.open(file)) {
            assertThat(table.rowCount()).isEqualTo(2);
            assertThat(table.format()).isEqualTo(Format.CSV);
            assertThat(table.columns())
                    .extracting(TableColumn::name, TableColumn::type)
                    .containsExactly(
                            tuple("id", ColumnType.INTEGER),
                            tuple("amount", ColumnType.FLOAT),
                            tuple("ok", ColumnType.BOOLEAN),
                            tuple("when", ColumnType.DATE),
                            tuple("at", ColumnType.TIMESTAMP),
                            tuple("note", ColumnType.TEXT));
            assertThat(numbers(table, "amount")).containsExactly(1.5, Double.NaN);
            assertThat(numbers(table, "ok")).containsExactly(1.0, 0.0);
            assertThat(numbers(table, "when")).containsExactly(1704153600.0, Double.NaN);
            assertThat(texts(table, "note")).containsExactly("a, b", null);
            assertThat(texts(table, "id")).containsExactly("1", "2");
        }
    }

    @Test
    void leavesDatesAsWrittenWhenAsked() throws IOException {
        Path csv = file("d.csv", "d\n2024-01-02\n2024-02-03\n");
        Path json = file("d.jsonl", "{\"d\":\"2024-01-02\"}\n{\"d\":\"2024-02-03\"}\n");
        for (Path file : List.of(csv, json)) {
            try (var table = Table.open(file, TableOptions.DEFAULTS.withDates(false))) {
                assertThat(table.column("d").type()).isEqualTo(ColumnType.TEXT);
                assertThat(texts(table, "d")).containsExactly("2024-01-02", "2024-02-03");
            }
        }
    }

    @Test
    void takesOnlyTrueAndFalseForBooleans() throws IOException {
        try (var table = Table.open(file("b.csv", "a,b,c\nTrue,yes,t\nfalse,no,f\n,no,f\n"))) {
            assertThat(table.columns())
                    .extracting(TableColumn::type)
                    .containsExactly(ColumnType.BOOLEAN, ColumnType.TEXT, ColumnType.TEXT);
            assertThat(texts(table, "a")).containsExactly("true", "false", null);
            assertThat(texts(table, "b")).containsExactly("yes", "no", "no");
        }
    }

    @Test
    void findsTheSeparator() throws IOException {
        for (String separator : List.of(",", ";", "\t", "|")) {
            Path file = file("s.csv", "a%sb, c%sd\n1%<s2%<s3\n".formatted(separator, separator, separator));
            if (separator.equals(",")) {
                file = file("s.csv", "a,\"b, c\",d\n1,2,3\n");
            }
            try (var table = Table.open(file)) {
                assertThat(table.columns()).extracting(TableColumn::name).containsExactly("a", "b, c", "d");
            }
        }
        try (var table = Table.open(file("s.tsv", "a,b\tc\n1\t2\n"))) {
            assertThat(table.columns()).extracting(TableColumn::name).containsExactly("a,b", "c");
        }
    }

    @Test
    void readsJsonLinesAndArrays() throws IOException {
        Path lines = file("j.jsonl", "{\"a\":1,\"b\":\"x\"}\n{\"a\":2.5,\"c\":[1,2]}\n");
        Path array = file("j.json", "[{\"a\":1,\"b\":\"x\"},\n{\"a\":2.5,\"c\":[1,2]}]");
        for (Path file : List.of(lines, array)) {
            try (var table = Table.open(file)) {
                assertThat(table.columns())
                        .extracting(TableColumn::name, TableColumn::type)
                        .containsExactly(
                                tuple("a", ColumnType.FLOAT),
                                tuple("b", ColumnType.TEXT),
                                tuple("c", ColumnType.NESTED));
                assertThat(numbers(table, "a")).containsExactly(1.0, 2.5);
                assertThat(texts(table, "c")).containsExactly(null, "[1, 2]");
            }
        }
    }

    @Test
    void readsParquetOfManyTypesInOrder() throws Exception {
        Path file = parquet("p.parquet", """
                SELECT range AS id, (range * 1.25)::DECIMAL(9,2) AS price, range % 3 = 0 AS flag,
                    DATE '2024-01-01' + range::INTEGER AS day, TIMESTAMP '2024-01-01 00:00:00' + INTERVAL (range) SECOND AS at,
                    CASE WHEN range % 5 = 0 THEN NULL ELSE 't' || range END AS text, 'nan'::DOUBLE AS odd, [range] AS list
                FROM range(50000)""");
        try (var table = Table.open(file)) {
            assertThat(table.rowCount()).isEqualTo(50_000);
            assertThat(table.columns())
                    .extracting(TableColumn::type)
                    .containsExactly(
                            ColumnType.INTEGER,
                            ColumnType.DECIMAL,
                            ColumnType.BOOLEAN,
                            ColumnType.DATE,
                            ColumnType.TIMESTAMP,
                            ColumnType.TEXT,
                            ColumnType.FLOAT,
                            ColumnType.NESTED);
            long next = 0;
            try (var batches = table.batches()) {
                for (Batch batch : batches) {
                    assertThat(batch.firstRow()).isEqualTo(next);
                    for (int i = 0; i < batch.rows(); i++, next++) {
                        assertThat(batch.numbers(0)[i]).isEqualTo(next);
                        assertThat(batch.numbers(1)[i]).isEqualTo(Math.rint(next * 125.0) / 100);
                        assertThat(batch.numbers(2)[i]).isEqualTo(next % 3 == 0 ? 1 : 0);
                        assertThat(batch.numbers(3)[i]).isEqualTo(1704067200.0 + 86_400.0 * next);
                        assertThat(batch.numbers(4)[i]).isEqualTo(1704067200.0 + next);
                        assertThat(batch.missing(5)[i]).isEqualTo(next % 5 == 0);
                        assertThat(batch.texts(5)[i]).isEqualTo(next % 5 == 0 ? null : "t" + next);
                        assertThat(batch.numbers(6)[i]).isNaN();
                        assertThat(batch.missing(6)[i]).isFalse();
                        assertThat(batch.texts(7)[i]).isEqualTo("[" + next + "]");
                    }
                }
            }
            assertThat(next).isEqualTo(50_000);
        }
    }

    @Test
    void givesAColumnOfNumbersWhole() throws Exception {
        Path file = parquet(
                "w.parquet",
                "SELECT CASE WHEN range % 7 = 0 THEN NULL ELSE range END AS id, 'a' AS text FROM range(30001)");
        try (var table = Table.open(file)) {
            for (int step : new int[] {1, 3, 2_048, 5_000, 40_000}) {
                double[] values = table.numbers("id", step);
                assertThat(values).hasSize((30_001 + step - 1) / step);
                for (int i = 0; i < values.length; i++) {
                    long row = (long) i * step;
                    assertThat(values[i]).isEqualTo(Double.valueOf(row % 7 == 0 ? Double.NaN : row));
                }
            }
            assertThatThrownBy(() -> table.numbers("text", 1)).hasMessageContaining("not numbers; take it as text");
            assertThatThrownBy(() -> table.numbers("id", 0)).hasMessageContaining("every so manyth row");
        }
        try (var none = Table.open(file("none.csv", "x\n"))) {
            assertThat(none.columns()).hasSize(1);
        }
    }

    @Test
    void keepsSelectedColumnsInTheOrderAskedFor() throws Exception {
        Path csv = file("c.csv", "a,b,c\n1,x,3\n");
        Path json = file("c.jsonl", "{\"a\":1,\"b\":\"x\",\"c\":3}\n");
        Path parquet = parquet("c.parquet", "SELECT 1 AS a, 'x' AS b, 3 AS c");
        for (Path file : List.of(csv, json, parquet)) {
            try (var table = Table.open(file, TableOptions.DEFAULTS.withColumns(List.of("c", "b")))) {
                assertThat(table.columns()).extracting(TableColumn::name).containsExactly("c", "b");
                assertThat(table.columns()).extracting(TableColumn::index).containsExactly(0, 1);
                assertThat(numbers(table, "c")).containsExactly(3.0);
                assertThat(texts(table, "b")).containsExactly("x");
            }
        }
    }

    @Test
    void takesAnyNameForAColumn() throws Exception {
        String nasty = "x\"; DROP TABLE b; --";
        Path csv = file("n.csv", "select,SELECT,\"x\"\"; DROP TABLE b; --\",\"line\nbreak\",,rowid\n1,2,3,4,5,6\n");
        try (var table = Table.open(csv)) {
            assertThat(table.columns())
                    .extracting(TableColumn::name)
                    .containsExactly("select", "SELECT", nasty, "line\nbreak", "Unnamed: 4", "rowid");
            assertThat(numbers(table, "select")).containsExactly(1.0);
            assertThat(numbers(table, "SELECT")).containsExactly(2.0);
            assertThat(numbers(table, nasty)).containsExactly(3.0);
            assertThat(numbers(table, "rowid")).containsExactly(6.0);
        }
        Path parquet = parquet("n.parquet", "SELECT 1 AS \"select\", 2 AS \"x\"\"; DROP TABLE b; --\"");
        try (var table = Table.open(parquet)) {
            assertThat(numbers(table, nasty)).containsExactly(2.0);
        }
    }

    @Test
    void takesAnyNameForAFile() throws IOException {
        for (String name : List.of("it's.csv", "a[1].csv", "*.csv", "a b;--.csv", "x?.csv")) {
            Path file = file(name, "a\n1\n");
            file("other.csv", "b\n2\n");
            try (var table = Table.open(file)) {
                assertThat(table.columns()).extracting(TableColumn::name).containsExactly("a");
                assertThat(table.name()).isEqualTo(name);
            }
        }
    }

    @Test
    void mendsAGuessThatALaterRowContradicts() throws IOException {
        var csv = new StringBuilder("a,b\n");
        var json = new StringBuilder();
        for (int i = 0; i < 60_000; i++) {
            csv.append(i).append(",1\n");
            json.append("{\"a\":").append(i).append(",\"b\":1}\n");
        }
        csv.append("oops,2.5\n");
        json.append("{\"a\":\"oops\",\"b\":2.5}\n");
        for (Path file : List.of(file("late.csv", csv.toString()), file("late.jsonl", json.toString()))) {
            try (var table = Table.open(file)) {
                assertThat(table.rowCount()).isEqualTo(60_001);
                assertThat(numbers(table, "b").getLast()).isEqualTo(2.5);
                assertThat(texts(table, "a").getLast()).isEqualTo("oops");
            }
        }
    }

    @Test
    void readsStatedAndMarkedEncodings() throws IOException {
        Path latin = dir.resolve("latin.csv");
        Files.write(latin, "n,b\ncafé,2\n".getBytes(StandardCharsets.ISO_8859_1));
        try (var table = Table.open(latin, TableOptions.DEFAULTS.withEncoding(StandardCharsets.ISO_8859_1))) {
            assertThat(texts(table, "n")).containsExactly("café");
        }
        Path marked = dir.resolve("bom.csv");
        Files.write(marked, "\uFEFFn,b\ncafé,2\n".getBytes(StandardCharsets.UTF_8));
        try (var table = Table.open(marked)) {
            assertThat(texts(table, "n")).containsExactly("café");
        }
        Path wide = dir.resolve("wide.csv");
        Files.write(wide, "n,b\ncafé,2\n".getBytes(StandardCharsets.UTF_16));
        try (var table = Table.open(wide)) {
            assertThat(texts(table, "n")).containsExactly("café");
        }
    }

    @Test
    void readsCompressedText() throws IOException {
        Path file = dir.resolve("z.csv.gz");
        try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("a,b\n1,x\n".getBytes(StandardCharsets.UTF_8));
        }
        try (var table = Table.open(file)) {
            assertThat(numbers(table, "a")).containsExactly(1.0);
        }
    }

    @Test
    void keepsWindowsLineEndsAndBlankLinesOut() throws IOException {
        try (var table = Table.open(file("w.csv", "a,b\r\n1,x\r\n2,y\r\n"))) {
            assertThat(texts(table, "b")).containsExactly("x", "y");
        }
    }

    @Test
    void takesAHeaderWithoutRows() throws IOException {
        try (var table = Table.open(file("h.csv", "a,b\n"));
                var batches = table.batches()) {
            assertThat(table.rowCount()).isZero();
            assertThat(batches.hasNext()).isFalse();
        }
    }

    @Test
    void saysHowFarItHasCome() throws IOException {
        var heard = new ConcurrentLinkedQueue<Double>();
        var options = TableOptions.DEFAULTS.withProgress((stage, share) -> heard.add(share));
        try (var table = Table.open(file("p.csv", "a\n1\n"), options)) {
            numbers(table, "a");
        }
        assertThat(heard).isNotEmpty().last().isEqualTo(1.0);
    }

    @Test
    void endsABatchEarlyWhenTextsAreLong() throws IOException {
        var csv = new StringBuilder("t\n");
        String text = "x".repeat(100_000);
        for (int i = 0; i < 400; i++) {
            csv.append(text).append('\n');
        }
        try (var table = Table.open(file("long.csv", csv.toString()));
                var batches = table.batches()) {
            List<Integer> sizes = new ArrayList<>();
            batches.forEachRemaining(batch -> sizes.add(batch.rows()));
            assertThat(sizes).hasSizeGreaterThan(1);
            assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(400);
        }
    }

    @Test
    void staysWithinItsMemoryByWritingToDisk() throws IOException {
        Path temporary = Files.createDirectory(dir.resolve("tmp"));
        var csv = new StringBuilder("a,t\n");
        for (int i = 0; i < 1_500_000; i++) {
            csv.append(i)
                    .append(",some words that take their room ")
                    .append(i % 1000 * 7919)
                    .append('\n');
        }
        var options = TableOptions.DEFAULTS.withMemoryBytes(128L << 20).withTemporary(temporary, 4L << 30);
        try (var table = Table.open(file("big.csv", csv.toString()), options);
                var batches = table.batches(Selection.number("a"))) {
            long sum = 0;
            for (Batch batch : batches) {
                for (double value : batch.numbers(0)) {
                    sum += (long) value;
                }
            }
            assertThat(sum).isEqualTo(1_500_000L * 1_499_999 / 2);
        }
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void wholeNumbersTooLongForLongsStayApart() throws IOException {
        Path ids = Files.writeString(dir.resolve("ids.csv"), """
                id,huge,real,mixed,n
                12345678901234567890,1234567890123456789012345678901234567890,1e300,12345678901234567890,1
                12345678901234567891,1234567890123456789012345678901234567891,2,1.5,2
                -5,7,3,,3
                """);
        try (var table = Table.open(ids)) {
            assertThat(table.columns().stream().map(TableColumn::declared))
                    .containsExactly("HUGEINT", "VARCHAR", "DOUBLE", "DOUBLE", "BIGINT");
            assertThat(table.column("id").type()).isEqualTo(ColumnType.INTEGER);
            try (var batches = table.batches(Selection.text("id"), Selection.text("huge"), Selection.number("id"))) {
                Batch batch = batches.next();
                assertThat(batch.texts(0)).containsExactly("12345678901234567890", "12345678901234567891", "-5");
                assertThat(batch.texts(1)[1]).isEqualTo("1234567890123456789012345678901234567891");
                assertThat(batch.numbers(2)).containsExactly(12345678901234567890.0, 12345678901234567891.0, -5);
            }
        }
    }

    @Test
    void aColumnOfNumbersThatBeginsWithAnInfinityIsOfNumbers() throws IOException {
        Path csv = file("inf.csv", "a,b,c\ninf,-Infinity,inf\n1,2.5,x\n2,,y\n");
        for (boolean dates : new boolean[] {true, false}) {
            try (var table = Table.open(csv, TableOptions.DEFAULTS.withDates(dates))) {
                assertThat(table.columns().stream().map(TableColumn::declared))
                        .as("dates " + dates)
                        .containsExactly("DOUBLE", "DOUBLE", "VARCHAR");
                assertThat(numbers(table, "a")).containsExactly(Double.POSITIVE_INFINITY, 1.0, 2.0);
            }
        }
    }
}
