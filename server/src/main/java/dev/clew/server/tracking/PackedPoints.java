package dev.clew.server.tracking;

import dev.clew.server.common.Uid;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a metric block, version 1: version, flags, count, then in columns key ids, steps and timestamps (zigzag varints of
 * differences), values (8 bytes each, big-endian, one NaN) and, with flag 1, the data sets: their number, each name and digest as
 * length + 1 and UTF-8 (0 = absent), and one varint per point (0 = none). With flag 2 the run that logged them to a logged model ends
 * the bytes: 16 of its uid.
 */
final class PackedPoints {
    private static final int VERSION = 1;
    private static final int WITH_DATASETS = 1;
    private static final int WITH_RUN = 2;
    private static final int RUN_BYTES = 16;

    private byte[] out = new byte[256];
    private int at;

    private record Dataset(@Nullable String name, @Nullable String digest) {}

    private PackedPoints() {}

    static byte[] pack(Points points) {
        var packed = new PackedPoints();
        return packed.write(points);
    }

    private byte[] write(Points points) {
        int n = points.size();
        boolean datasets = points.datasetName != null;
        room(8 + n * 8);
        out[at++] = VERSION;
        out[at++] = (byte) ((datasets ? WITH_DATASETS : 0) | (points.run != null ? WITH_RUN : 0));
        varint(n);
        deltas(points.key, n);
        deltas(points.step, n);
        deltas(points.ts, n);
        room(n * 8);
        var buffer = ByteBuffer.wrap(out).order(ByteOrder.BIG_ENDIAN);
        for (int i = 0; i < n; i++) {
            buffer.putLong(at, Double.doubleToLongBits(points.value[i]));
            at += 8;
        }
        if (datasets) {
            datasets(points, n);
        }
        if (points.run != null) {
            room(RUN_BYTES);
            System.arraycopy(points.run.bytes(), 0, out, at, RUN_BYTES);
            at += RUN_BYTES;
        }
        return java.util.Arrays.copyOf(out, at);
    }

    private void datasets(Points points, int n) {
        var known = new LinkedHashMap<Dataset, Integer>();
        int[] of = new int[n];
        for (int i = 0; i < n; i++) {
            var dataset = new Dataset(points.datasetName(i), points.datasetDigest(i));
            of[i] = dataset.name == null && dataset.digest == null
                    ? 0
                    : known.computeIfAbsent(dataset, d -> known.size() + 1);
        }
        varint(known.size());
        known.keySet().forEach(dataset -> {
            text(dataset.name);
            text(dataset.digest);
        });
        for (int each : of) {
            varint(each);
        }
    }

    private void text(@Nullable String text) {
        if (text == null) {
            varint(0);
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        varint(bytes.length + 1L);
        room(bytes.length);
        System.arraycopy(bytes, 0, out, at, bytes.length);
        at += bytes.length;
    }

    private void deltas(long[] values, int n) {
        long last = 0;
        for (int i = 0; i < n; i++) {
            long delta = values[i] - last;
            varint(delta << 1 ^ delta >> 63);
            last = values[i];
        }
    }

    private void varint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out[at++] = (byte) (rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out[at++] = (byte) rest;
    }

    private void room(int bytes) {
        if (out.length - at < bytes) {
            out = java.util.Arrays.copyOf(out, Math.max(out.length * 2, at + bytes));
        }
    }

    /** @throws IllegalStateException if the bytes are of another version or damaged */
    static Points unpack(byte[] body) {
        var reader = new Reader(body);
        if (reader.one() != VERSION) {
            throw new IllegalStateException("A metric block has an unknown version");
        }
        int flags = reader.one();
        int n = (int) reader.varint();
        if (n < 0 || n > body.length) {
            throw new IllegalStateException("A metric block is damaged");
        }
        var points = new Points(n);
        long[] key = reader.deltas(n);
        long[] step = reader.deltas(n);
        long[] ts = reader.deltas(n);
        int values = reader.at;
        reader.at += 8 * n;
        var buffer = ByteBuffer.wrap(body).order(ByteOrder.BIG_ENDIAN);
        var datasets = new ArrayList<Dataset>();
        boolean withDatasets = (flags & WITH_DATASETS) != 0;
        if (withDatasets) {
            int known = (int) reader.varint();
            for (int i = 0; i < known; i++) {
                datasets.add(new Dataset(reader.text(), reader.text()));
            }
        }
        for (int i = 0; i < n; i++) {
            points.add(key[i], step[i], ts[i], Double.longBitsToDouble(buffer.getLong(values + 8 * i)));
            int dataset = withDatasets ? (int) reader.varint() : 0;
            if (dataset > 0) {
                points.dataset(datasets.get(dataset - 1).name, datasets.get(dataset - 1).digest);
            }
        }
        if ((flags & WITH_RUN) != 0) {
            points.run = Uid.of(java.util.Arrays.copyOfRange(body, reader.at, reader.at + RUN_BYTES));
        }
        return points;
    }

    private static final class Reader {
        private final byte[] bytes;
        private int at;

        Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        int one() {
            return bytes[at++];
        }

        long varint() {
            long value = 0;
            int shift = 0;
            while (true) {
                byte b = bytes[at++];
                value |= (long) (b & 0x7f) << shift;
                if (b >= 0) {
                    return value;
                }
                shift += 7;
            }
        }

        long[] deltas(int n) {
            long[] values = new long[n];
            long last = 0;
            for (int i = 0; i < n; i++) {
                long zigzag = varint();
                last += zigzag >>> 1 ^ -(zigzag & 1);
                values[i] = last;
            }
            return values;
        }

        @Nullable
        String text() {
            int length = (int) varint();
            if (length == 0) {
                return null;
            }
            String text = new String(bytes, at, length - 1, StandardCharsets.UTF_8);
            at += length - 1;
            return text;
        }
    }
}
