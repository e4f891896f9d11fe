package dev.clew.quality.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.clew.quality.QualityException;
import dev.clew.quality.QualityException.Code;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableFailuresTest {
    @TempDir
    Path dir;

    private Path file(String name, String content) throws IOException {
        return Files.writeString(dir.resolve(name), content);
    }

    private QualityException refused(Path file, Code code) {
        return refused(file, TableOptions.DEFAULTS, code);
    }

    /** Opens and reads everything; whatever fails must carry the code and keep paths to itself. */
    private QualityException refused(Path file, TableOptions options, Code code) {
        var failure = catchThrowableOfType(QualityException.class, () -> {
            try (var table = Table.open(file, options);
                    var batches = table.batches()) {
                batches.forEachRemaining(batch -> {});
            }
        });
        assertThat(failure).as("reading %s", file.getFileName()).isNotNull();
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        assertThat(failure.getMessage())
                .doesNotContain(dir.toString())
                .doesNotContain("clew-table-")
                .doesNotContain("SELECT")
                .endsWith(".");
        return failure;
    }

    @Test
    void missingFile() throws IOException {
        refused(dir.resolve("none.csv"), Code.MISSING_FILE);
        assertThat(refused(Files.createDirectory(dir.resolve("d.csv")), Code.MISSING_FILE))
                .hasMessageContaining("directory");
    }

    @Test
    void emptyFile() throws IOException {
        for (String name : List.of("e.csv", "e.tsv", "e.jsonl", "e.parquet")) {
            refused(file(name, ""), Code.EMPTY_FILE);
        }
        refused(file("blank.csv", "\n\n  \n"), Code.EMPTY_FILE);
        refused(file("blank.jsonl", "\n\n"), Code.EMPTY_FILE);
        refused(file("blank.json", "[]"), Code.EMPTY_FILE);
    }

    @Test
    void unknownFormat() throws IOException {
        refused(file("thing.bin", "hello"), Code.UNKNOWN_FORMAT);
    }

    @Test
    void raggedRowsAreNamedByLine() throws IOException {
        assertThat(refused(file("short.csv", "a,b\n1,2\n3\n4,5\n"), Code.RAGGED_ROW))
                .hasMessageContaining("Line 3");
        assertThat(refused(file("long.csv", "a,b\n1,2\n3,4\n4,5,6\n"), Code.RAGGED_ROW))
                .hasMessageContaining("Line 4")
                .hasMessageContaining("3 fields");
        var late = new StringBuilder("a,b\n");
        for (int i = 0; i < 100_000; i++) {
            late.append(i).append(",1\n");
        }
        assertThat(refused(file("late.csv", late + "7\n"), Code.RAGGED_ROW)).hasMessageContaining("Line 100002");
    }

    @Test
    void unclosedQuote() throws IOException {
        refused(file("q.csv", "a,b\n1,\"unclosed\n2,3\n"), Code.MALFORMED);
        refused(file("h.csv", "\"a,b\n1,2\n"), Code.MALFORMED);
    }

    @Test
    void duplicateColumns() throws Exception {
        assertThat(refused(file("dup.csv", "a,b,a\n1,2,3\n"), Code.DUPLICATE_COLUMN))
                .hasMessageContaining("'a'");
        assertThat(refused(file("dup.jsonl", "{\"a\":1,\"a\":2}\n"), Code.DUPLICATE_COLUMN))
                .hasMessageContaining("'a'");
        assertThat(refused(file("case.jsonl", "{\"Key\":1,\"key\":\"a\"}\n"), Code.DUPLICATE_COLUMN))
                .hasMessageContaining("'Key' and 'key'");
        try (var apart = Table.open(file("apart.jsonl", "{\"Key\":1,\"key_1\":\"a\"}\n"))) {
            assertThat(apart.columns()).hasSize(2);
        }
        refused(
                file("twice.csv", "a,b\n1,2\n"),
                TableOptions.DEFAULTS.withColumns(List.of("a", "a")),
                Code.DUPLICATE_COLUMN);
    }

    @Test
    void unknownColumnNamesTheClosest() throws IOException {
        assertThat(refused(
                        file("u.csv", "amount,region\n1,2\n"),
                        TableOptions.DEFAULTS.withColumns(List.of("amuont")),
                        Code.UNKNOWN_COLUMN))
                .hasMessageContaining("'amount'");
    }

    @Test
    void textIsNotReadAsNumbers() throws IOException {
        try (var table = Table.open(file("t.csv", "a\nx\n"))) {
            var failure = catchThrowableOfType(
                    QualityException.class,
                    () -> table.batches(Selection.number("a")).close());
            assertThat(failure.code()).isEqualTo(Code.UNSUPPORTED_TYPE);
            assertThat(failure).hasMessageContaining("'a'").hasMessageContaining("text");
        }
    }

    @Test
    void mixedEncodings() throws IOException {
        Path mixed = dir.resolve("mixed.csv");
        var text = new StringBuilder("n,b\n");
        for (int i = 0; i < 50_000; i++) {
            text.append("café,").append(i).append('\n');
        }
        byte[] start = text.toString().getBytes(StandardCharsets.UTF_8);
        byte[] end = "café,2\n".getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = Arrays.copyOf(start, start.length + end.length);
        System.arraycopy(end, 0, all, start.length, end.length);
        Files.write(mixed, all);
        assertThat(refused(mixed, Code.BAD_ENCODING)).hasMessageContaining("Line 50002");

        Path header = dir.resolve("header.csv");
        Files.write(header, "né,b\n1,2\n".getBytes(StandardCharsets.ISO_8859_1));
        refused(header, Code.BAD_ENCODING);
    }

    @Test
    void binaryThatIsCalledCsv() throws IOException {
        Path file = dir.resolve("b.csv");
        Files.write(file, new byte[] {0, 1, 2, 3, 0, 10, 0, 0});
        refused(file, Code.MALFORMED);
    }

    @Test
    void brokenJson() throws IOException {
        assertThat(refused(file("j.jsonl", "{\"a\":1}\n{\"a\":\n"), Code.MALFORMED))
                .hasMessageContaining("Line 2 ");
        assertThat(refused(file("open.jsonl", "{\"a\":1}\n{\"a\":2\n{\"a\":3}\n"), Code.MALFORMED))
                .hasMessageContaining("Line 2 ");
        assertThat(refused(file("word.jsonl", "{\"a\":1}\n\n\nhello\n{\"a\":3}\n"), Code.MALFORMED))
                .hasMessageContaining("Line 4 ");
        assertThat(refused(file("twice.jsonl", "{\"a\":1}\n\n\n{\"a\":1,\"a\":2}\n"), Code.DUPLICATE_COLUMN))
                .hasMessageContaining("Line 4 ");
        assertThat(refused(file("array.json", "[{\"a\":1},\n{\"a\":2},\n{\"a\":}]\n"), Code.MALFORMED))
                .hasMessageContaining("Line 3 ");
        assertThat(refused(file("late.jsonl", "{\"a\":1}\n".repeat(60_000) + "{\"a\":}\n"), Code.MALFORMED))
                .hasMessageContaining("Line 60001 ");
        Path endless =
                file("endless.jsonl", "{\"a\":1}\n{\"a\":\"" + "x".repeat(JsonSource.OBJECT_BYTES) + "\"}\nhello\n");
        assertThat(JsonFault.line(endless, true))
                .as("nothing longer than an object is held")
                .isEmpty();
        refused(file("scalar.jsonl", "1\n2\n"), Code.MALFORMED);
        refused(file("text.jsonl", "hello\n"), Code.MALFORMED);
    }

    @Test
    void corruptParquet() throws Exception {
        refused(file("fake.parquet", "PAR1 nothing here PAR1"), Code.CORRUPT_FILE);
        refused(file("text.parquet", "a,b\n1,2\n3,4\n5,6\n"), Code.CORRUPT_FILE);
        Path good = dir.resolve("good.parquet");
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute(
                    "COPY (SELECT range AS a, 'text ' || random() AS t FROM range(200000)) TO '" + good + "'");
        }
        byte[] bytes = Files.readAllBytes(good);
        refused(Files.write(dir.resolve("cut.parquet"), Arrays.copyOf(bytes, bytes.length / 2)), Code.CORRUPT_FILE);
        byte[] scrambled = bytes.clone();
        for (int i = 1_000; i < 300_000; i++) {
            scrambled[i] ^= (byte) (i * 31);
        }
        refused(Files.write(dir.resolve("scrambled.parquet"), scrambled), Code.CORRUPT_FILE);
    }

    @Test
    void corruptCompression() throws IOException {
        refused(file("z.csv.gz", "this is not gzip"), Code.CORRUPT_FILE);
    }

    @Test
    void endlessLine() throws IOException {
        byte[] piece = "x".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
        Path header = dir.resolve("header.csv");
        Path body = dir.resolve("body.csv");
        Path json = dir.resolve("body.jsonl");
        try (OutputStream one = Files.newOutputStream(header);
                OutputStream two = Files.newOutputStream(body);
                OutputStream three = Files.newOutputStream(json)) {
            two.write("a,b\n1,2\n".getBytes(StandardCharsets.US_ASCII));
            three.write("{\"a\":\"y\"}\n{\"a\":\"".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 64; i++) {
                one.write(piece);
                two.write(piece);
                three.write(piece);
            }
            two.write(",3\n".getBytes(StandardCharsets.US_ASCII));
            three.write("\"}\n".getBytes(StandardCharsets.US_ASCII));
        }
        refused(header, Code.LINE_TOO_LONG);
        refused(body, Code.LINE_TOO_LONG);
        refused(json, Code.LINE_TOO_LONG);
    }

    /** A line of a gibibyte, packed so that it takes a megabyte of the disk; memory and time must not follow its length. */
    @Test
    void aLineOfAGibibyte() throws IOException {
        byte[] member = gzip("x".repeat(1 << 26));
        record Given(String name, String before, Code code) {}
        for (Given given : List.of(
                new Given("header.csv.gz", "", Code.LINE_TOO_LONG),
                new Given("body.csv.gz", "a,b\n1,2\n", Code.LINE_TOO_LONG),
                new Given("body.tsv.gz", "a\tb\n1\t2\n", Code.LINE_TOO_LONG),
                new Given("body.jsonl.gz", "{\"a\":\"y\"}\n{\"a\":\"", Code.LINE_TOO_LONG))) {
            Path file = dir.resolve(given.name);
            try (OutputStream out = Files.newOutputStream(file)) {
                if (!given.before.isEmpty()) {
                    out.write(gzip(given.before));
                }
                for (int i = 0; i < 16; i++) {
                    out.write(member);
                }
                out.write(gzip(given.name.contains("json") ? "\"}\n" : ",3\n"));
            }
            assertThat(Files.size(file)).isLessThan(2_000_000);
            assertThat(refused(file, given.code)).hasMessageContaining(given.name);
        }
    }

    private static byte[] gzip(String text) throws IOException {
        var bytes = new java.io.ByteArrayOutputStream();
        try (var packed = new java.util.zip.GZIPOutputStream(bytes)) {
            packed.write(text.getBytes(StandardCharsets.US_ASCII));
        }
        return bytes.toByteArray();
    }

    @Test
    void nothingButTheFileCanBeOpened() throws Exception {
        Path secret = file("secret.csv", "a\n1\n");
        try (var table = Table.open(file("t.csv", "a\n1\n"))) {
            var engine = table.relation().engine();
            for (String sql : List.of(
                    "SELECT * FROM read_csv('" + secret + "')",
                    "ATTACH '" + dir.resolve("x.db") + "'",
                    "COPY b TO '" + dir.resolve("out.csv") + "'",
                    "SET enable_external_access = true",
                    "INSTALL httpfs")) {
                assertThat(catchThrowableOfType(QualityException.class, () -> engine.execute(sql)))
                        .as(sql)
                        .isNotNull();
            }
        }
        assertThat(dir.resolve("out.csv")).doesNotExist();
    }
}
