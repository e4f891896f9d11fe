package dev.clew.server.cli;

import dev.clew.explain.attribution.Attribution;
import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.attribution.Interactions;
import dev.clew.explain.model.Model;
import dev.clew.server.cli.ModelRows.Encoded;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Attributions as a Parquet file, uncompressed and plainly encoded, every column required: {@code row} (a whole number), per output
 * {@code prediction}, {@code margin}, {@code base}, {@code phi.FEATURE} (of several outputs {@code phi.0.FEATURE} …) and, of methods
 * that sample, {@code std_error.FEATURE}; then {@code additivity_error} (NaN of methods that do not add up) and {@code flags}, names
 * separated by spaces. A row group per 16 384 rows, fewer where there are many columns; memory is one
 * row group. Rows without an answer are said and left out.
 */
final class AttributionParquet implements ExplainedRows.Taker, AutoCloseable {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final int GROUP = 16_384;

    /** Cells of a row group, which is held in memory. */
    private static final int GROUP_CELLS = 4_000_000;

    /** Numbers of the types in the format. */
    private static final int INT64 = 2;

    private static final int DOUBLE = 5;
    private static final int BYTE_ARRAY = 6;

    private final OutputStream out;
    private final List<String> features;
    private final int outputs;
    private final List<String> names = new ArrayList<>();
    private final List<double[]> columns = new ArrayList<>();
    private String[] flags = new String[0];
    private final List<Group> groups = new ArrayList<>();
    private boolean failed;
    private int filled;
    private long at;
    private long total;

    private record Group(int rows, List<long[]> chunks) {}

    /** @param features names of what attributions are given to: features or groups */
    AttributionParquet(Path file, Model model, List<String> features) throws IOException {
        out = new BufferedOutputStream(opened(file));
        outputs = model.outputs();
        this.features = features;
        write(MAGIC);
    }

    private static OutputStream opened(Path file) {
        try {
            return Files.newOutputStream(file);
        } catch (IOException e) {
            throw new ClewException(
                    ErrorCode.USAGE, "'%s' cannot be written; name another file.".formatted(file.getFileName()), e);
        }
    }

    /** Whether some row had no answer, or one that must not be relied on. */
    boolean hasFailed() {
        return failed;
    }

    /** What the first explanation has is what the file has. */
    private void name(boolean sampled) {
        if (!names.isEmpty()) {
            return;
        }
        names.add("row");
        for (int o = 0; o < outputs; o++) {
            String number = outputs == 1 ? "" : "." + o;
            names.addAll(List.of("prediction" + number, "margin" + number, "base" + number));
            for (String feature : features) {
                names.add("phi" + number + "." + feature);
            }
            for (String feature : sampled ? features : List.<String>of()) {
                names.add("std_error" + number + "." + feature);
            }
        }
        names.add("additivity_error");
        names.add("flags");
        int group = Math.clamp(GROUP_CELLS / names.size(), 1, GROUP);
        for (int c = 0; c < names.size() - 1; c++) {
            columns.add(new double[group]);
        }
        flags = new String[group];
    }

    @Override
    public void take(Encoded row, Explanation explanation, int index, @Nullable Interactions pairs) throws IOException {
        double[] errors = explanation.stdError();
        name(errors != null);
        Attribution attribution = explanation.row(index);
        if (!attribution.isTrustworthy() && !failed) {
            Console.warn("row %d: the contributions do not add up to the prediction; column flags says of which rows."
                    .formatted(row.number()));
        }
        failed |= !attribution.isTrustworthy();
        int c = 0;
        columns.get(c++)[filled] = row.number();
        for (int o = 0; o < outputs; o++) {
            columns.get(c++)[filled] = attribution.prediction()[o];
            columns.get(c++)[filled] = attribution.margin()[o];
            columns.get(c++)[filled] = attribution.base()[o];
            for (double phi : attribution.phi(o)) {
                columns.get(c++)[filled] = phi;
            }
            for (int j = 0; errors != null && j < features.size(); j++) {
                columns.get(c++)[filled] = errors[(index * outputs + o) * features.size() + j];
            }
        }
        columns.get(c)[filled] = attribution.additivityError();
        flags[filled] = attribution.flags().stream().map(Enum::name).sorted().collect(Collectors.joining(" "));
        if (++filled == flags.length) {
            flush();
        }
    }

    @Override
    public void failed(Encoded row) {
        failed = true;
        var failure = row.failure();
        Console.warn("row %d: %s".formatted(row.number(), failure == null ? "" : failure.getMessage()));
    }

    private int type(int column) {
        return column == 0 ? INT64 : column == names.size() - 1 ? BYTE_ARRAY : DOUBLE;
    }

    private byte[] page(int column) {
        if (type(column) == BYTE_ARRAY) {
            var texts = new ByteArrayOutputStream();
            for (int i = 0; i < filled; i++) {
                byte[] utf8 = flags[i].getBytes(StandardCharsets.UTF_8);
                texts.writeBytes(little(4).putInt(utf8.length).array());
                texts.writeBytes(utf8);
            }
            return texts.toByteArray();
        }
        ByteBuffer page = little(filled * 8);
        for (int i = 0; i < filled; i++) {
            if (type(column) == INT64) {
                page.putLong((long) columns.get(column)[i]);
            } else {
                page.putDouble(columns.get(column)[i]);
            }
        }
        return page.array();
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void flush() throws IOException {
        if (filled == 0) {
            return;
        }
        List<long[]> chunks = new ArrayList<>();
        for (int c = 0; c < names.size(); c++) {
            byte[] page = page(c);
            var header = new Thrift();
            header.integer(1, 0).integer(2, page.length).integer(3, page.length);
            header.begin(5)
                    .integer(1, filled)
                    .integer(2, 0)
                    .integer(3, 3)
                    .integer(4, 3)
                    .end();
            byte[] head = header.end().bytes();
            chunks.add(new long[] {at, head.length + (long) page.length});
            write(head);
            write(page);
        }
        groups.add(new Group(filled, chunks));
        total += filled;
        filled = 0;
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        at += bytes.length;
    }

    @Override
    public void close() throws IOException {
        name(false);
        flush();
        var meta = new Thrift();
        meta.integer(1, 1);
        meta.list(2, Thrift.STRUCT, names.size() + 1);
        meta.element().text(4, "schema").integer(5, names.size()).end();
        for (int c = 0; c < names.size(); c++) {
            meta.element().integer(1, type(c)).integer(3, 0).text(4, names.get(c));
            if (type(c) == BYTE_ARRAY) {
                meta.integer(6, 0); // UTF-8
            }
            meta.end();
        }
        meta.wide(3, total);
        meta.list(4, Thrift.STRUCT, groups.size());
        for (Group group : groups) {
            meta.element().list(1, Thrift.STRUCT, names.size());
            long bytes = 0;
            for (int c = 0; c < names.size(); c++) {
                long[] chunk = group.chunks.get(c);
                bytes += chunk[1];
                meta.element().wide(2, chunk[0]).begin(3).integer(1, type(c));
                meta.list(2, Thrift.I32, 1).plainInteger(0);
                meta.list(3, Thrift.BINARY, 1).plainText(names.get(c));
                meta.integer(4, 0)
                        .wide(5, group.rows)
                        .wide(6, chunk[1])
                        .wide(7, chunk[1])
                        .wide(9, chunk[0])
                        .end()
                        .end();
            }
            meta.wide(2, bytes).wide(3, group.rows).end();
        }
        byte[] footer = meta.end().bytes();
        write(footer);
        write(little(4).putInt(footer.length).array());
        write(MAGIC);
        out.close();
    }

    /** The compact Thrift encoding, as far as Parquet's headers need it. */
    private static final class Thrift {
        static final int I32 = 5;
        static final int I64 = 6;
        static final int BINARY = 8;
        static final int LIST = 9;
        static final int STRUCT = 12;

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final List<Integer> last = new ArrayList<>(List.of(0));

        private Thrift field(int id, int type) {
            int delta = id - last.getLast();
            last.set(last.size() - 1, id);
            out.write(delta << 4 | type);
            return this;
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7FL) != 0) {
                out.write((int) (rest & 0x7F | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }

        private void zigzag(long value) {
            varint(value << 1 ^ value >> 63);
        }

        Thrift integer(int id, int value) {
            field(id, I32);
            zigzag(value);
            return this;
        }

        Thrift wide(int id, long value) {
            field(id, I64);
            zigzag(value);
            return this;
        }

        Thrift text(int id, String value) {
            field(id, BINARY);
            return plainText(value);
        }

        Thrift plainText(String value) {
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            varint(utf8.length);
            out.writeBytes(utf8);
            return this;
        }

        Thrift plainInteger(int value) {
            zigzag(value);
            return this;
        }

        Thrift list(int id, int type, int size) {
            field(id, LIST);
            if (size < 15) {
                out.write(size << 4 | type);
            } else {
                out.write(0xF0 | type);
                varint(size);
            }
            return this;
        }

        Thrift begin(int id) {
            field(id, STRUCT);
            return element();
        }

        /** A struct inside a list has no field header. */
        Thrift element() {
            last.add(0);
            return this;
        }

        Thrift end() {
            out.write(0);
            last.removeLast();
            return this;
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
