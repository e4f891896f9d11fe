package dev.clew.statistics.sketch;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * A uniform sample without replacement of a stream, of at most {@link #SIZE} values. Confined to one thread.
 *
 * <p>Li (1994), algorithm L: how many values are passed over is drawn, so that most of them cost nothing. A merge draws from both sides
 * as if one had seen both streams; the threshold of what has been seen is then drawn anew as the order statistic it is.
 */
final class Reservoir {
    /** So many values are kept. */
    static final int SIZE = 512;

    private final Draws random;
    private double[] kept = new double[0];
    private int size;
    private long seen;
    /** Logarithm of the largest of the uniform marks that the kept values would carry. */
    private double logMark;
    /** How many values there are before the next that is kept. */
    private long skip;

    Reservoir(Draws random) {
        this.random = random;
    }

    /** Takes {@code count} values up. */
    void add(double[] values, int count) {
        int at = 0;
        while (at < count && size < SIZE) {
            if (size == kept.length) {
                kept = Arrays.copyOf(kept, Math.min(SIZE, Math.max(Math.min(count, SIZE), size * 2)));
            }
            random.stir(values[at]);
            kept[size++] = values[at++];
            seen++;
            if (size == SIZE) {
                mark();
            }
        }
        while (count - at > skip) {
            at += (int) skip;
            seen += skip + 1;
            kept[random.nextInt(SIZE)] = values[at++];
            logMark += Math.log(random.nextDouble()) / SIZE;
            pass();
        }
        skip -= count - at;
        seen += count - at;
    }

    /** Takes what another has seen; it stays as it is. */
    void merge(Reservoir other) {
        if (other.seen == 0) {
            return;
        }
        random.stir(other.kept[0]);
        long left = seen;
        long right = other.seen;
        double[] ours = Arrays.copyOf(kept, size);
        double[] theirs = Arrays.copyOf(other.kept, other.size);
        int ourSize = size;
        int theirSize = other.size;
        int wanted = (int) Math.min(SIZE, left + right);
        double[] drawn = new double[wanted];
        for (int i = 0; i < wanted; i++) {
            if (random.nextLong(left + right) < left) {
                drawn[i] = taken(ours, ourSize--);
                left--;
            } else {
                drawn[i] = taken(theirs, theirSize--);
                right--;
            }
        }
        kept = drawn;
        size = wanted;
        seen += other.seen;
        if (size == SIZE) {
            mark();
        }
    }

    /** Takes what all these have seen, as if merged one by one; which rows they stand for is drawn once. */
    void mergeAll(List<Reservoir> others) {
        if (size > 0) {
            throw new IllegalStateException("Only an empty reservoir takes many.");
        }
        long total = 0;
        for (Reservoir other : others) {
            total += other.seen;
            random.stir(other.size == 0 ? 0 : other.kept[0]);
        }
        int wanted = (int) Math.min(SIZE, total);
        // Floyd's draw of distinct rows among all that were seen.
        var rows = new TreeSet<Long>();
        for (long row = total - wanted; row < total; row++) {
            long drawn = random.nextLong(row + 1);
            rows.add(rows.contains(drawn) ? row : drawn);
        }
        kept = new double[wanted];
        long before = 0;
        for (Reservoir other : others) {
            int own = rows.isEmpty() || rows.first() >= before + other.seen
                    ? 0
                    : rows.headSet(before + other.seen).size();
            double[] values = own == 0 ? kept : Arrays.copyOf(other.kept, other.size);
            for (int i = 0; i < own; i++) {
                kept[size++] = taken(values, other.size - i);
                rows.pollFirst();
            }
            before += other.seen;
        }
        seen = total;
        if (size == SIZE) {
            mark();
        }
    }

    private double taken(double[] values, int count) {
        int at = random.nextInt(count);
        double value = values[at];
        values[at] = values[count - 1];
        return value;
    }

    /** Draws the mark for what has been seen: of so many uniform marks the {@link #SIZE}th smallest, which is beta distributed. */
    private void mark() {
        double low = random.gamma(SIZE);
        double high = random.gamma(seen - SIZE + 1.0);
        logMark = Math.log(low) - Math.log(low + high);
        pass();
    }

    private void pass() {
        double passed = Math.log(random.nextDouble()) / Math.log1p(-Math.exp(logMark));
        skip = passed < Long.MAX_VALUE / 4.0 ? (long) passed : Long.MAX_VALUE / 4;
    }

    /** A copy of the sample, in no order that means anything. */
    double[] values() {
        return Arrays.copyOf(kept, size);
    }

    int bytes() {
        return bytes(size);
    }

    /** Bytes of a stored one with so many values; negative for a number that cannot be one. */
    static int bytes(int size) {
        return size < 0 || size > SIZE ? -1 : Integer.BYTES + 3 * Long.BYTES + size * Double.BYTES;
    }

    void write(ByteBuffer buffer) {
        buffer.putInt(size).putLong(seen).putDouble(logMark).putLong(skip);
        for (int i = 0; i < size; i++) {
            buffer.putDouble(kept[i]);
        }
    }

    /** Reads what {@link #write} wrote; false if it cannot be that. */
    boolean read(ByteBuffer buffer) {
        size = buffer.getInt();
        seen = buffer.getLong();
        logMark = buffer.getDouble();
        skip = buffer.getLong();
        if (size != Math.min(SIZE, seen) || skip < 0 || buffer.remaining() < size * Double.BYTES) {
            return false;
        }
        kept = new double[size];
        for (int i = 0; i < size; i++) {
            kept[i] = buffer.getDouble();
        }
        return true;
    }

    long seen() {
        return seen;
    }
}
