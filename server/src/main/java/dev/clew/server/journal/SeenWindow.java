package dev.clew.server.journal;

import dev.clew.server.common.Uid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The last records with a client id: their keys, ids and contents, oldest first, found by an open-addressed table of 32-bit positions.
 * 56 bytes a record and 8 to 16 in the table, in blocks that are taken as needed. Confined to the writer, but for the gauges.
 */
final class SeenWindow {
    static final long MAX_AGE_MICROS = 24L * 3_600 * 1_000_000;

    private static final int BLOCK = 8_192;
    private static final int KEY = 16;
    private static final int ID = 16;
    private static final int CONTENT = SeenRecord.CONTENT_BYTES;
    private static final int RECORD = KEY + ID + CONTENT;
    private static final byte[] FORGOTTEN = new byte[KEY];

    private final int most;
    private final List<byte[]> blocks = new ArrayList<>();
    private final List<long[]> times = new ArrayList<>();
    private int[] table = new int[1_024];
    private long oldest;
    private volatile long newest;
    private volatile long oldestMicros;

    /** @param most records that are remembered */
    SeenWindow(int most) {
        this.most = Math.max(1, most);
    }

    Optional<SeenRecord> find(byte[] key) {
        int slot = slotOf(key);
        if (table[slot] == 0) {
            return Optional.empty();
        }
        long number = numberIn(slot);
        byte[] block = block(number);
        int at = offset(number) + KEY;
        return Optional.of(new SeenRecord(
                Uid.of(Arrays.copyOfRange(block, at, at + ID)), Arrays.copyOfRange(block, at + ID, at + ID + CONTENT)));
    }

    /** Remembers the first record under a key; forgets what is too old or too many. */
    void add(byte[] key, byte[] id, byte[] content, long micros) {
        while (newest - oldest >= most || (oldest < newest && time(oldest) < micros - MAX_AGE_MICROS)) {
            remove(oldest);
            oldest++;
        }
        if ((newest - oldest + 1) * 2 > table.length) {
            grow();
        }
        int slot = slotOf(key);
        if (table[slot] != 0) {
            return;
        }
        long number = newest;
        reserve(number);
        byte[] block = block(number);
        int at = offset(number);
        System.arraycopy(key, 0, block, at, KEY);
        System.arraycopy(id, 0, block, at + KEY, ID);
        System.arraycopy(content, 0, block, at + KEY + ID, CONTENT);
        times.get(blockOf(number))[(int) (number % BLOCK)] = micros;
        table[slot] = position(number) + 1;
        newest = number + 1;
        oldestMicros = time(oldest);
    }

    /** Forgets what is remembered of a record under its key, because the record was erased. */
    void forget(byte[] key, byte[] id) {
        int slot = slotOf(key);
        if (table[slot] == 0) {
            return;
        }
        long number = numberIn(slot);
        int at = offset(number);
        if (Arrays.equals(block(number), at + KEY, at + KEY + ID, id, 0, ID)) {
            remove(number);
            Arrays.fill(block(number), at, at + RECORD, (byte) 0);
        }
    }

    /** Position to which {@link #truncate} can go back. */
    long mark() {
        return newest;
    }

    /** Forgets what was added since the mark: its group was not committed. */
    void truncate(long mark) {
        while (newest > mark) {
            long last = newest - 1;
            remove(last);
            newest = last;
        }
    }

    long size() {
        return newest - oldest;
    }

    /** Age of the oldest remembered record; how far back duplicates are found. */
    long oldestMicros() {
        return oldestMicros;
    }

    private void reserve(long number) {
        while (blocks.size() <= blockOf(number)) {
            blocks.add(new byte[BLOCK * RECORD]);
            times.add(new long[BLOCK]);
        }
    }

    /** Ring of blocks: one more than the window needs, so that oldest and newest never share a place. */
    private int ring() {
        return (most + BLOCK - 1) / BLOCK + 1;
    }

    private int blockOf(long number) {
        return (int) (number / BLOCK % ring());
    }

    private byte[] block(long number) {
        return blocks.get(blockOf(number));
    }

    private static int offset(long number) {
        return (int) (number % BLOCK) * RECORD;
    }

    private int position(long number) {
        return (int) (number % ((long) ring() * BLOCK));
    }

    private long time(long number) {
        return times.get(blockOf(number))[(int) (number % BLOCK)];
    }

    /** The number in a slot: the one in the window that has this position. */
    private long numberIn(int slot) {
        long places = (long) ring() * BLOCK;
        long number = oldest - oldest % places + (table[slot] - 1);
        return number < oldest ? number + places : number;
    }

    private int home(byte[] block, int at) {
        int hash = 0;
        for (int i = 0; i < 8; i++) {
            hash = hash * 31 + block[at + i];
        }
        hash *= 0x9E3779B9;
        return hash >>> (32 - Integer.numberOfTrailingZeros(table.length));
    }

    private int slotOf(byte[] key) {
        int slot = home(key, 0);
        while (table[slot] != 0) {
            long number = numberIn(slot);
            int at = offset(number);
            if (Arrays.equals(block(number), at, at + KEY, key, 0, KEY)) {
                return slot;
            }
            slot = (slot + 1) & (table.length - 1);
        }
        return slot;
    }

    /** Takes a number out of the table and moves what probed past it back. */
    private void remove(long number) {
        int at = offset(number);
        int hole = slotOf(Arrays.copyOfRange(block(number), at, at + KEY));
        if (table[hole] == 0) {
            return;
        }
        int mask = table.length - 1;
        int slot = hole;
        while (true) {
            slot = (slot + 1) & mask;
            if (table[slot] == 0) {
                break;
            }
            long moved = numberIn(slot);
            int home = home(block(moved), offset(moved));
            if (((slot - home) & mask) >= ((slot - hole) & mask)) {
                table[hole] = table[slot];
                hole = slot;
            }
        }
        table[hole] = 0;
    }

    /** No HMAC is all zeros. */
    private boolean isForgotten(long number) {
        return Arrays.equals(block(number), offset(number), offset(number) + KEY, FORGOTTEN, 0, KEY);
    }

    private void grow() {
        table = new int[table.length * 2];
        for (long number = oldest; number < newest; number++) {
            if (isForgotten(number)) {
                continue;
            }
            int slot = home(block(number), offset(number));
            while (table[slot] != 0) {
                slot = (slot + 1) & (table.length - 1);
            }
            table[slot] = position(number) + 1;
        }
    }
}
