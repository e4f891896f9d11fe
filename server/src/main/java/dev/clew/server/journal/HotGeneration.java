package dev.clew.server.journal;

import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * Where up to {@value #CAPACITY} hot records of one namespace are, in the order in which they came. Nothing is taken out of it one by
 * one: it goes as a whole, which costs nothing, when its last chunk is compacted. Its tables grow as it fills.
 */
final class HotGeneration {
    static final int CAPACITY = 1 << 15;
    private static final int LEAST = 1 << 10;

    private final Lookup[] lookups = {new Lookup(), new Lookup(), new Lookup()};
    private long[] places = new long[LEAST];
    private int size;

    /** Chunks of it that are still hot. */
    int chunks;

    /** By what a record is looked for. */
    enum Kind {
        ID,
        TARGET,
        CLIENT
    }

    /** Hashes of the records by their number here, 0 for none, and an open-addressed table of these numbers plus 1. */
    private static final class Lookup {
        long[] hashes = {};
        int[] table = {};

        void put(int number, long hash, int room) {
            if (hashes.length < room) {
                grow(room);
            }
            hashes[number] = hash;
            enter(number);
        }

        private void grow(int room) {
            hashes = Arrays.copyOf(hashes, room);
            table = new int[2 * room];
            for (int i = 0; i < room; i++) {
                if (hashes[i] != 0) {
                    enter(i);
                }
            }
        }

        private void enter(int number) {
            int slot = home(hashes[number]);
            while (table[slot] != 0) {
                slot = (slot + 1) & (table.length - 1);
            }
            table[slot] = number + 1;
        }

        private int home(long hash) {
            return (int) ((hash * 0x9E3779B97F4A7C15L) >>> (64 - Integer.numberOfTrailingZeros(table.length)));
        }
    }

    boolean hasRoomFor(int records) {
        return size + records <= CAPACITY;
    }

    void add(long chunk, HotIndex.ChunkHashes hashes) {
        int after = size + hashes.ids().length;
        if (after > places.length) {
            places = Arrays.copyOf(places, Integer.highestOneBit(after - 1) * 2);
        }
        for (int i = 0; i < hashes.ids().length; i++) {
            places[size] = chunk << HotIndex.PLACE_BITS | i;
            put(Kind.ID, hashes.ids()[i]);
            put(Kind.TARGET, hashes.targets()[i]);
            put(Kind.CLIENT, hashes.clients()[i]);
            size++;
        }
        chunks++;
    }

    private void put(Kind kind, long hash) {
        if (hash != 0) {
            lookups[kind.ordinal()].put(size, hash, places.length);
        }
    }

    /** Tells the places of all records with this hash. */
    void find(Kind kind, long hash, LongConsumer found) {
        Lookup lookup = lookups[kind.ordinal()];
        int[] table = lookup.table;
        if (table.length == 0) {
            return;
        }
        for (int slot = lookup.home(hash); table[slot] != 0; slot = (slot + 1) & (table.length - 1)) {
            int number = table[slot] - 1;
            if (lookup.hashes[number] == hash) {
                found.accept(places[number]);
            }
        }
    }
}
