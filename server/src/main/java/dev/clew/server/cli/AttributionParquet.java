package dev.clew.server.cli;

import dev.clew.explain.attribution.Attribution;
import dev.clew.explain.model.Model;
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

/**
 * Attributions as a Parquet file of required doubles, uncompressed and plainly encoded: {@code row}, and per output
 * {@code prediction}, {@code margin}, {@code base} and {@code phi.FEATURE} (of several outputs {@code phi.0.FEATURE} …). A
 * row group per 16 384 rows; memory is one row group.
 */
final class AttributionParquet implements AutoCloseable {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final int GROUP = 16_384;

    private final OutputStream out;
    private final List<String> names = new ArrayList<>();
    private final List<double[]> columns = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();
    private final int outputs;
    private final int features;
    private int filled;
    private long at;
    private long total;

    private record Group(int rows, List<long[]> chunks) {}

    AttributionParquet(Path file, Model model) throws IOException {
        out = new BufferedOutputStream(Files.newOutputStream(file));
        outputs = model.outputs();
        features = model.schema().size();
        names.add("row");
        for (int o = 0; o < outputs; o++) {
            String number = outputs == 1 ? "" : "." + o;
            names.addAll(List.of("prediction" + number, "margin" + number, "base" + number));
            for (String feature : model.schema().names()) {
                names.add("phi" + number + "." + feature);
            }
        }
        names.forEach(name -> columns.add(new double[GROUP]));
        write(MAGIC);
    }

    void add(long row, Attribution attribution) throws IOException {
        int c = 0;
        columns.get(c++)[filled] = row;
        for (int o = 0; o < outputs; o++) {
            columns.get(c++)[filled] = attribution.prediction()[o];
            columns.get(c++)[filled] = attribution.margin()[o];
            columns.get(c++)[filled] = attribution.base()[o];
            for (int j = 0; j < features; j++) {
                columns.get(c++)[filled] = attribution.phi(o)[j];
            }
        }
        if (++filled == GROUP) {
            flush();
        }
    }

    private void flush() throws IOException {
        if (filled == 0) {
            return;
        }
        List<long[]> chunks = new ArrayList<>();
        for (double[] column : columns) {
            var page = ByteBuffer.allocate(filled * 8).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < filled; i++) {
                page.putDouble(column[i]);
            }
            var header = new Thrift();
            header.integer(1, 0).integer(2, page.capacity()).integer(3, page.capacity());
            header.begin(5)
                    .integer(1, filled)
                    .integer(2, 0)
                    .integer(3, 3)
                    .integer(4, 3)
                    .end();
            byte[] head = header.end().bytes();
            chunks.add(new long[] {at, head.length + (long) page.capacity()});
            write(head);
            write(page.array());
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
        flush();
        var meta = new Thrift();
        meta.integer(1, 1);
        meta.list(2, Thrift.STRUCT, names.size() + 1);
        meta.element().text(4, "schema").integer(5, names.size()).end();
        for (String name : names) {
            meta.element().integer(1, 5).integer(3, 0).text(4, name).end();
        }
        meta.wide(3, total);
        meta.list(4, Thrift.STRUCT, groups.size());
        for (Group group : groups) {
            meta.element().list(1, Thrift.STRUCT, names.size());
            long bytes = 0;
            for (int c = 0; c < names.size(); c++) {
                long[] chunk = group.chunks.get(c);
                bytes += chunk[1];
                meta.element().wide(2, chunk[0]).begin(3).integer(1, 5);
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
        write(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(footer.length)
                .array());
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
