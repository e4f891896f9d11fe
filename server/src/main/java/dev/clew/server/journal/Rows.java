package dev.clew.server.journal;

import dev.clew.server.storage.Row;
import dev.clew.server.storage.Writer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one table that one group knows: as loaded, with what was decided since laid over them. Every change can be undone, for
 * a command that fails half way. Confined to the writer.
 */
final class Rows<R> {
    private final TableCodec<R> codec;
    private final Map<Key, Slot<R>> slots = new LinkedHashMap<>();
    private final Map<Index<R>, Map<Key, TreeSet<Key>>> indexes = new HashMap<>();
    private final Set<Key> wantedKeys = new LinkedHashSet<>();
    private final Map<Index<R>, Set<Key>> wantedIndexKeys = new LinkedHashMap<>();
    private final Set<Key> assumedKeys = new LinkedHashSet<>();
    private final Map<Index<R>, Set<Key>> assumedIndexKeys = new LinkedHashMap<>();

    Rows(TableCodec<R> codec) {
        this.codec = codec;
    }

    /** One row, present or known to be absent. */
    static final class Slot<R> {
        final Key key;

        @Nullable
        R base;

        @Nullable
        R row;

        /** The row of the group's first insert of this key: what insert-only columns keep. */
        @Nullable
        R first;

        long seq = -1;
        byte @Nullable [] salt;
        byte @Nullable [] bytes;
        boolean loaded;
        boolean dirty;

        Slot(Key key) {
            this.key = key;
        }
    }

    /** What a slot was before a change. */
    private record Before<R>(
            @Nullable R row,
            @Nullable R first,
            long seq,
            byte @Nullable [] salt,
            byte @Nullable [] bytes,
            boolean dirty) {}

    TableCodec<R> codec() {
        return codec;
    }

    void want(Key key) {
        Slot<R> slot = slots.get(key);
        if (slot == null || !slot.loaded) {
            wantedKeys.add(key);
        }
    }

    void want(Index<R> index, Key key) {
        if (!known(index).containsKey(key)) {
            wantedIndexKeys.computeIfAbsent(index, i -> new LinkedHashSet<>()).add(key);
        }
    }

    /**
     * Takes a key as absent without having looked: what a command inserts under a number it just drew. Looked up once for the whole
     * group by {@link #confirm}.
     */
    void assumeAbsent(Key key) {
        Slot<R> slot = slots.computeIfAbsent(key, Slot::new);
        if (!slot.loaded) {
            slot.loaded = true;
            assumedKeys.add(key);
        }
    }

    /** As {@link #assumeAbsent(Key)} for the rows under an index key. */
    void assumeAbsent(Index<R> index, Key key) {
        if (known(index).putIfAbsent(key, new TreeSet<>(KeyOrder.INSTANCE)) == null) {
            assumedIndexKeys.computeIfAbsent(index, i -> new LinkedHashSet<>()).add(key);
            slots.values().forEach(slot -> enter(index, slot));
        }
    }

    /** Whether everything that was assumed absent is: one statement for keys and one per index. */
    boolean confirm(Writer writer) {
        boolean absent = assumedKeys.isEmpty() || isAbsent(writer, codec.keyColumns(), assumedKeys);
        for (var assumed : assumedIndexKeys.entrySet()) {
            absent = absent && isAbsent(writer, assumed.getKey().columns(), assumed.getValue());
        }
        return absent;
    }

    private boolean isAbsent(Writer writer, List<String> by, Collection<Key> keys) {
        var values = new ArrayList<Object[]>(keys.size());
        keys.forEach(key -> values.add(TableCodec.values(key)));
        return writer.byKeys(codec.table().name(), codec.keyColumns(), by, values, row -> true)
                .isEmpty();
    }

    private Map<Key, TreeSet<Key>> known(Index<R> index) {
        return indexes.computeIfAbsent(index, i -> new HashMap<>());
    }

    /** Loads what is wanted: one statement per index asked and one for keys, each per 1 000 keys. */
    void load(Writer writer) {
        for (var wanted : wantedIndexKeys.entrySet()) {
            Index<R> index = wanted.getKey();
            Map<Key, TreeSet<Key>> keys = known(index);
            wanted.getValue().forEach(key -> keys.put(key, new TreeSet<>(KeyOrder.INSTANCE)));
            select(writer, index.columns(), wanted.getValue());
            for (Slot<R> slot : slots.values()) {
                enter(index, slot);
            }
        }
        wantedIndexKeys.clear();
        wantedKeys.removeIf(key -> {
            Slot<R> slot = slots.get(key);
            return slot != null && slot.loaded;
        });
        if (!wantedKeys.isEmpty()) {
            select(writer, codec.keyColumns(), wantedKeys);
            for (Key key : wantedKeys) {
                slots.computeIfAbsent(key, Slot::new).loaded = true;
            }
            wantedKeys.clear();
        }
    }

    private void select(Writer writer, List<String> by, Collection<Key> keys) {
        var values = new ArrayList<Object[]>(keys.size());
        keys.forEach(key -> values.add(TableCodec.values(key)));
        writer.byKeys(codec.table().name(), codec.selected(), by, values, this::take);
    }

    private Object take(Row row) {
        R value = codec.table().read(row);
        Table.Mode mode = codec.table().mode();
        long seq = mode == Table.Mode.STATE || mode == Table.Mode.BULK ? row.integer("seq") : -1;
        Key key = mode == Table.Mode.BULK ? Key.of(seq) : codec.table().keyOf(value);
        Slot<R> slot = slots.computeIfAbsent(key, Slot::new);
        if (!slot.loaded) {
            slot.loaded = true;
            slot.base = value;
            if (!slot.dirty) {
                slot.row = value;
                slot.seq = seq;
                slot.salt = mode == Table.Mode.STATE ? row.bytes("salt") : null;
                indexes.keySet().forEach(index -> enter(index, slot));
            }
        }
        return slot;
    }

    private void enter(Index<R> index, Slot<R> slot) {
        if (slot.row != null) {
            Key indexKey = codec.indexKey(index, slot.row);
            TreeSet<Key> under = indexKey == null ? null : known(index).get(indexKey);
            if (under != null) {
                under.add(slot.key);
            }
        }
    }

    private void leave(Index<R> index, Slot<R> slot) {
        if (slot.row != null) {
            Key indexKey = codec.indexKey(index, slot.row);
            TreeSet<Key> under = indexKey == null ? null : known(index).get(indexKey);
            if (under != null) {
                under.remove(slot.key);
            }
        }
    }

    /** The slot of a key; null when it was neither needed nor written. */
    @Nullable
    Slot<R> slot(Key key) {
        Slot<R> slot = slots.get(key);
        return slot != null && (slot.loaded || slot.dirty) ? slot : null;
    }

    /** Keys of the rows under an index key; null when that was not needed. */
    @Nullable
    TreeSet<Key> under(Index<R> index, Key key) {
        return known(index).get(key);
    }

    /** Sets or removes a row; what undoes it is added to {@code undo}. */
    void write(
            Key key, @Nullable R row, long seq, byte @Nullable [] salt, byte @Nullable [] bytes, List<Runnable> undo) {
        Slot<R> slot = slots.computeIfAbsent(key, Slot::new);
        var before = new Before<>(slot.row, slot.first, slot.seq, slot.salt, slot.bytes, slot.dirty);
        undo.add(() -> set(slot, before));
        R first = row == null ? null : slot.dirty && slot.first != null ? slot.first : row;
        set(slot, new Before<>(row, first, seq, salt, bytes, true));
    }

    private void set(Slot<R> slot, Before<R> to) {
        indexes.keySet().forEach(index -> leave(index, slot));
        slot.row = to.row;
        slot.first = to.first;
        slot.seq = to.seq;
        slot.salt = to.salt;
        slot.bytes = to.bytes;
        slot.dirty = to.dirty;
        indexes.keySet().forEach(index -> enter(index, slot));
    }

    Collection<Slot<R>> slots() {
        return slots.values();
    }
}
