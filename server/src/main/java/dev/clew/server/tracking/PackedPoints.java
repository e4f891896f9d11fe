package dev.clew.server.tracking;

import dev.clew.server.common.Uid;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.function.LongPredicate;
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
        int n = reader.count;
        var points = new Points(reader.deltas(n), reader.deltas(n), reader.deltas(n), reader.values(n));
        if ((reader.flags & WITH_DATASETS) != 0) {
            readDatasets(reader, points);
        }
        if ((reader.flags & WITH_RUN) != 0) {
            points.run = Uid.of(java.util.Arrays.copyOfRange(body, reader.at, reader.at + RUN_BYTES));
        }
        return points;
    }

    private static void readDatasets(Reader reader, Points points) {
        int known = (int) reader.varint();
        var datasets = new ArrayList<Dataset>(known);
        for (int i = 0; i < known; i++) {
            datasets.add(new Dataset(reader.text(), reader.text()));
        }
        for (int i = 0; i < points.size(); i++) {
            int dataset = (int) reader.varint();
            if (dataset > 0) {
                points.dataset(i, datasets.get(dataset - 1).name, datasets.get(dataset - 1).digest);
            }
        }
    }

    /** Takes the steps of one key's points, in the order they were logged, without unpacking the rest; false ends the reading. */
    static boolean steps(byte[] body, long key, LongPredicate taker) {
        var reader = new Reader(body);
        long[] keys = reader.deltas(reader.count);
        long step = 0;
        for (long each : keys) {
            step += reader.delta();
            if (each == key && !taker.test(step)) {
                return false;
            }
        }
        return true;
    }

    private static final class Reader {
        private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

        private final byte[] bytes;
        private final int flags;
        private final int count;
        private int at;

        /** @throws IllegalStateException if the bytes are of another version or damaged */
        Reader(byte[] bytes) {
            this.bytes = bytes;
            if (bytes[at++] != VERSION) {
                throw new IllegalStateException("A metric block has an unknown version");
            }
            this.flags = bytes[at++];
            this.count = (int) varint();
            if (count < 0 || count > bytes.length) {
                throw new IllegalStateException("A metric block is damaged");
            }
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
                last += delta();
                values[i] = last;
            }
            return values;
        }

        long delta() {
            byte first = bytes[at];
            if (first >= 0) {
                at++;
                return first >>> 1 ^ -(first & 1);
            }
            long zigzag = varint();
            return zigzag >>> 1 ^ -(zigzag & 1);
        }

        double[] values(int n) {
            double[] values = new double[n];
            for (int i = 0; i < n; i++) {
                values[i] = Double.longBitsToDouble((long) LONG.get(bytes, at));
                at += Long.BYTES;
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
