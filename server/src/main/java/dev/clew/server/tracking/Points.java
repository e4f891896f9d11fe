package dev.clew.server.tracking;

import dev.clew.server.common.Uid;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Metric points in columns, in the order they were logged. {@code key[i]} is a key id in stored points and an index into the names of
 * the request before they are resolved. Confined to one thread.
 */
final class Points {
    long[] key;
    long[] step;
    long[] ts;
    double[] value;

    @Nullable
    String @Nullable [] datasetName;

    @Nullable
    String @Nullable [] datasetDigest;

    /** The run that logged them, for points of a logged model; null for a run's own. */
    @Nullable
    Uid run;

    private int size;

    Points(int capacity) {
        key = new long[capacity];
        step = new long[capacity];
        ts = new long[capacity];
        value = new double[capacity];
    }

    /** Takes columns of one length as they are. */
    Points(long[] key, long[] step, long[] ts, double[] value) {
        this.key = key;
        this.step = step;
        this.ts = ts;
        this.value = value;
        this.size = key.length;
    }

    int size() {
        return size;
    }

    /** Appends one; −0.0 becomes 0.0. */
    void add(long keyId, long atStep, long atTs, double v) {
        if (size == key.length) {
            int more = Math.max(16, size * 2);
            key = Arrays.copyOf(key, more);
            step = Arrays.copyOf(step, more);
            ts = Arrays.copyOf(ts, more);
            value = Arrays.copyOf(value, more);
            if (datasetName != null && datasetDigest != null) {
                datasetName = Arrays.copyOf(datasetName, more);
                datasetDigest = Arrays.copyOf(datasetDigest, more);
            }
        }
        key[size] = keyId;
        step[size] = atStep;
        ts[size] = atTs;
        value[size++] = v == 0 ? 0.0 : v;
    }

    /** Says which data set the point added last was measured on. */
    void dataset(@Nullable String name, @Nullable String digest) {
        dataset(size - 1, name, digest);
    }

    /** Says which data set a point was measured on. */
    void dataset(int i, @Nullable String name, @Nullable String digest) {
        if (name == null && digest == null) {
            return;
        }
        if (datasetName == null || datasetDigest == null) {
            datasetName = new @Nullable String[key.length];
            datasetDigest = new @Nullable String[key.length];
        }
        datasetName[i] = name;
        datasetDigest[i] = digest;
    }

    @Nullable
    String datasetName(int i) {
        return datasetName == null ? null : datasetName[i];
    }

    @Nullable
    String datasetDigest(int i) {
        return datasetDigest == null ? null : datasetDigest[i];
    }

    void addFrom(Points other, int i, long keyId) {
        add(keyId, other.step[i], other.ts[i], other.value[i]);
        dataset(other.datasetName(i), other.datasetDigest(i));
    }

    /** Takes the last one back. */
    void removeLast() {
        size--;
        if (datasetName != null && datasetDigest != null) {
            datasetName[size] = null;
            datasetDigest[size] = null;
        }
    }

    /** What makes a point the same as another: NaN equals NaN and nothing else. */
    record Identity(long key, long step, long ts, long bits) {}

    Identity identity(int i) {
        return new Identity(key[i], step[i], ts[i], Double.doubleToLongBits(value[i]));
    }
}
