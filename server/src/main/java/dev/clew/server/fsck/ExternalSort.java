package dev.clew.server.fsck;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Sorts any number of short byte strings by unsigned bytes in bounded memory: runs are sorted in memory, written to temporary files and
 * merged. Equal strings are all kept. Confined to one thread; {@link #close} deletes the files.
 */
final class ExternalSort implements AutoCloseable {
    /** Memory for strings that are not yet written. */
    static final int BUFFER = 48 << 20;

    private static final int FILE_BUFFER = 256 << 10;
    private static final int MAX_LENGTH = 0xffff;

    private final Path directory;
    private final List<Path> runs = new ArrayList<>();
    private final byte[] buffer;
    private int[] starts = new int[1 << 16];
    private int count;
    private int used;
    private long total;

    /** Takes each string in order; {@code bytes} is only lent. */
    @FunctionalInterface
    interface Consumer {
        void accept(byte[] bytes, int length) throws IOException;
    }

    /** @param parent where the temporary files go */
    ExternalSort(Path parent) throws IOException {
        this(parent, BUFFER);
    }

    ExternalSort(Path parent, int bufferBytes) throws IOException {
        this.directory = Files.createTempDirectory(parent, "clew-sort");
        this.buffer = new byte[bufferBytes];
    }

    /** Adds a string of at most 65 535 bytes. */
    void add(byte[] bytes, int length) throws IOException {
        if (length > MAX_LENGTH) {
            throw new IllegalArgumentException("A string to sort has at most 65535 bytes, not " + length);
        }
        if (buffer.length - used < length + 2) {
            spill();
        }
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, count * 2);
        }
        starts[count++] = used;
        buffer[used] = (byte) (length >>> 8);
        buffer[used + 1] = (byte) length;
        System.arraycopy(bytes, 0, buffer, used + 2, length);
        used += length + 2;
        total++;
    }

    /** Strings added. */
    long size() {
        return total;
    }

    private int compare(int a, int b) {
        return Arrays.compareUnsigned(buffer, a + 2, a + 2 + length(a), buffer, b + 2, b + 2 + length(b));
    }

    private int length(int start) {
        return (buffer[start] & 0xff) << 8 | (buffer[start + 1] & 0xff);
    }

    /** Bottom-up merge sort of the starts: no boxing, two arrays of numbers. */
    private void sort() {
        int[] from = Arrays.copyOf(starts, count);
        int[] to = new int[count];
        for (int width = 1; width < count; width *= 2) {
            for (int low = 0; low < count; low += 2 * width) {
                int middle = Math.min(low + width, count);
                int high = Math.min(low + 2 * width, count);
                merge(from, to, low, middle, high);
            }
            int[] swap = from;
            from = to;
            to = swap;
        }
        starts = from.length == 0 ? new int[1 << 10] : from;
    }

    private void merge(int[] from, int[] to, int low, int middle, int high) {
        int left = low;
        int right = middle;
        for (int at = low; at < high; at++) {
            if (left < middle && (right >= high || compare(from[left], from[right]) <= 0)) {
                to[at] = from[left++];
            } else {
                to[at] = from[right++];
            }
        }
    }

    private void spill() throws IOException {
        sort();
        Path run = directory.resolve("run" + runs.size());
        try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(run), FILE_BUFFER))) {
            for (int i = 0; i < count; i++) {
                out.write(buffer, starts[i], length(starts[i]) + 2);
            }
        }
        runs.add(run);
        count = 0;
        used = 0;
    }

    /** Gives everything in order; nothing can be added afterwards. */
    void forEach(Consumer consumer) throws IOException {
        if (runs.isEmpty()) {
            sort();
            byte[] lent = new byte[MAX_LENGTH];
            for (int i = 0; i < count; i++) {
                int length = length(starts[i]);
                System.arraycopy(buffer, starts[i] + 2, lent, 0, length);
                consumer.accept(lent, length);
            }
            return;
        }
        if (count > 0) {
            spill();
        }
        var heads = new PriorityQueue<Run>();
        try {
            for (Path run : runs) {
                var head = new Run(run);
                if (head.next()) {
                    heads.add(head);
                } else {
                    head.close();
                }
            }
            while (!heads.isEmpty()) {
                Run least = heads.poll();
                consumer.accept(least.bytes, least.length);
                if (least.next()) {
                    heads.add(least);
                } else {
                    least.close();
                }
            }
        } finally {
            for (Run head : heads) {
                head.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Path run : runs) {
            Files.deleteIfExists(run);
        }
        Files.deleteIfExists(directory);
    }

    /** One sorted file being read. */
    private static final class Run implements Comparable<Run>, AutoCloseable {
        private final DataInputStream in;
        private byte[] bytes = new byte[256];
        private int length;

        Run(Path file) throws IOException {
            in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), FILE_BUFFER));
        }

        boolean next() throws IOException {
            try {
                length = in.readUnsignedShort();
            } catch (EOFException e) {
                return false;
            }
            if (bytes.length < length) {
                bytes = new byte[length * 2];
            }
            in.readFully(bytes, 0, length);
            return true;
        }

        @Override
        public int compareTo(Run other) {
            return Arrays.compareUnsigned(bytes, 0, length, other.bytes, 0, other.length);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
