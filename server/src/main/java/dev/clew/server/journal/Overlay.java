package dev.clew.server.journal;

import dev.clew.server.storage.Row;
import dev.clew.server.storage.Writer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What one group sees and has decided: the {@link State} of its commands. Made anew for each group. Confined to the writer. */
final class Overlay implements State {
    private final Map<Table<?>, TableCodec<?>> codecs;
    private final HotRecords records;
    private final Map<Table<?>, Rows<?>> tables = new LinkedHashMap<>();
    private final Map<String, Number> counters = new HashMap<>();
    private final Set<String> wantedCounters = new LinkedHashSet<>();
    private final List<Number> drawn = new ArrayList<>();

    /** A counter: what is stored, and what the running command has drawn so far. */
    static final class Number {
        final String name;
        long next;
        long tentative;
        boolean dirty;

        Number(String name, long next) {
            this.name = name;
            this.next = next;
            this.tentative = next;
        }
    }

    Overlay(Map<Table<?>, TableCodec<?>> codecs, HotRecords records) {
        this.codecs = codecs;
        this.records = records;
    }

    @SuppressWarnings("unchecked")
    <R> Rows<R> rows(Table<R> table) {
        Rows<?> rows = tables.get(table);
        if (rows == null) {
            var codec = (TableCodec<R>) codecs.computeIfAbsent(table, TableCodec::new);
            rows = new Rows<>(codec);
            tables.put(table, rows);
        }
        return (Rows<R>) rows;
    }

    void want(Needs needs) {
        for (Needs.Need need : needs.list()) {
            switch (need) {
                case Needs.Need.ByKey(var table, var key) -> rows(table).want(key);
                case Needs.Need.ByIndex(var index, var key) -> wantIndex(index, key);
                case Needs.Need.NextNumber(var counter) -> {
                    if (!counters.containsKey(counter)) {
                        wantedCounters.add(counter);
                    }
                }
            }
        }
    }

    private <R> void wantIndex(Index<R> index, Key key) {
        rows(index.table()).want(index, key);
    }

    void load(Writer writer) {
        tables.values().forEach(rows -> rows.load(writer));
        if (!wantedCounters.isEmpty()) {
            var keys = wantedCounters.stream().map(name -> new Object[] {name}).toList();
            wantedCounters.forEach(name -> counters.put(name, new Number(name, 1)));
            writer.byKeys("counter", List.of("name", "next", "checked"), List.of("name"), keys, Overlay::number)
                    .forEach(number -> counters.put(number.name, number));
            wantedCounters.clear();
        }
    }

    private static Number number(Row row) {
        String name = row.text("name");
        long next = row.integer("next");
        CheckValue.verify("Counter " + name, row.bytes("checked"), name, next);
        return new Number(name, next);
    }

    @Override
    public <R> Optional<R> find(Table<R> table, Key key) {
        Rows.Slot<R> slot = rows(table).slot(key);
        if (slot == null) {
            throw new IllegalStateException(
                    "Row %s of %s was not needed; name it in needs()".formatted(key, table.name()));
        }
        return Optional.ofNullable(slot.row);
    }

    @Override
    public <R> Optional<R> find(Index<R> unique, Object... values) {
        if (!unique.unique()) {
            throw new IllegalArgumentException("Index %s is not unique; ask for all".formatted(unique));
        }
        List<R> found = all(unique, values);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
    }

    @Override
    public <R> List<R> all(Index<R> index, Object... values) {
        Rows<R> rows = rows(index.table());
        Key key = Key.of(values);
        TreeSet<Key> under = rows.under(index, key);
        if (under == null) {
            throw new IllegalStateException(
                    "Rows %s of %s were not needed; name them in needs()".formatted(key, index));
        }
        var found = new ArrayList<R>(under.size());
        for (Key each : under) {
            Rows.Slot<R> slot = rows.slot(each);
            if (slot != null && slot.row != null) {
                found.add(slot.row);
            }
        }
        return found;
    }

    @Override
    public long next(String counter) {
        Number number = counters.get(counter);
        if (number == null) {
            throw new IllegalStateException("Counter %s was not needed; name it in needs()".formatted(counter));
        }
        drawn.add(number);
        return number.tentative++;
    }

    @Override
    public void raise(String counter, long given) {
        Number number = counters.get(counter);
        if (number == null) {
            throw new IllegalStateException("Counter %s was not needed; name it in needs()".formatted(counter));
        }
        drawn.add(number);
        number.tentative = Math.max(number.tentative, given + 1);
    }

    @Override
    public Optional<SeenRecord> seen(byte[] clientKey) {
        return records.seen(clientKey);
    }

    /** Keeps the numbers that the running command drew. */
    void keepNumbers(List<Runnable> undo) {
        for (Number number : drawn) {
            long before = number.next;
            boolean wasDirty = number.dirty;
            undo.add(() -> {
                number.next = before;
                number.tentative = before;
                number.dirty = wasDirty;
            });
            number.next = number.tentative;
            number.dirty = true;
        }
        drawn.clear();
    }

    /** Gives back the numbers of a command that was not accepted. */
    void forgetNumbers() {
        drawn.forEach(number -> number.tentative = number.next);
        drawn.clear();
    }

    /**
     * Makes everything known that accepted changes write without having needed it: state rows by key, and the unique values they take.
     * Either assumed absent until {@link #confirm}, or loaded now.
     */
    void complete(List<Change> changes, @Nullable Writer loadFrom) {
        boolean load = false;
        for (Change change : changes) {
            for (RowWrite<?> write : change.rows()) {
                load |= complete(write, loadFrom == null);
            }
        }
        if (load && loadFrom != null) {
            load(loadFrom);
        }
    }

    private <R> boolean complete(RowWrite<R> write, boolean assume) {
        Rows<R> rows = rows(write.table());
        Key key = write.key();
        Rows.Slot<R> slot = rows.slot(key);
        boolean unknown = slot == null;
        if (unknown && assume) {
            rows.assumeAbsent(key);
        } else if (unknown) {
            rows.want(key);
        }
        if (write instanceof RowWrite.Put<R>(var table, var row, var _)) {
            for (Index<R> index : table.indexes()) {
                Key taken = index.unique() ? rows.codec().indexKey(index, row) : null;
                if (taken != null && rows.under(index, taken) == null && !holds(rows, index, slot, taken)) {
                    unknown = true;
                    if (assume) {
                        rows.assumeAbsent(index, taken);
                    } else {
                        rows.want(index, taken);
                    }
                }
            }
        }
        return unknown;
    }

    private static <R> boolean holds(Rows<R> rows, Index<R> index, Rows.@Nullable Slot<R> slot, Key taken) {
        return slot != null && slot.row != null && taken.equals(rows.codec().indexKey(index, slot.row));
    }

    /** Whether all that was assumed absent is. */
    boolean confirm(Writer writer) {
        boolean confirmed = true;
        for (Rows<?> rows : tables.values()) {
            confirmed = confirmed && rows.confirm(writer);
        }
        return confirmed;
    }

    Iterable<Rows<?>> tables() {
        return tables.values();
    }

    List<Number> changedCounters() {
        return counters.values().stream().filter(number -> number.dirty).toList();
    }
}
