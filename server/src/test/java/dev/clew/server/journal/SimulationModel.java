package dev.clew.server.journal;

import static dev.clew.server.journal.TestTables.uid;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.TestTables.Latest;
import dev.clew.server.journal.TestTables.Pair;
import dev.clew.server.journal.TestTables.Thing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the simulation's commands do, in maps: no SQL, no groups, no transactions beyond a copy. */
final class SimulationModel {
    /** Everything there is. */
    private static final class World {
        final Map<Uid, Thing> things = new HashMap<>();
        final Map<String, Pair> pairs = new HashMap<>();
        final Map<Long, Latest> latest = new HashMap<>();
        long points;
        long records;
        long nextNumber = 1;

        World copy() {
            var copy = new World();
            copy.things.putAll(things);
            copy.pairs.putAll(pairs);
            copy.latest.putAll(latest);
            copy.points = points;
            copy.records = records;
            copy.nextNumber = nextNumber;
            return copy;
        }

        boolean isTaken(String name, Uid by) {
            return things.values().stream()
                    .anyMatch(thing -> thing.name().equals(name) && !thing.uid().equals(by));
        }
    }

    private final List<String> entries = new ArrayList<>();
    private World kept = new World();
    private World trying = new World();
    private final List<String> tryingEntries = new ArrayList<>();
    private boolean writes;

    /** Decides commands in order, on what was kept; says what each is answered. */
    List<String> decide(List<SimulatedCommand> commands) {
        trying = kept.copy();
        tryingEntries.clear();
        writes = false;
        return commands.stream().map(this::decide).toList();
    }

    /** Whether the group that was decided last has anything to commit. */
    boolean writes() {
        return writes;
    }

    void keep() {
        kept = trying;
        entries.addAll(tryingEntries);
    }

    void forget() {
        trying = kept;
    }

    private void entry(String act) {
        tryingEntries.add(act);
        writes = true;
    }

    private String decide(SimulatedCommand command) {
        return switch (command) {
            case SimulatedCommand.Create(var of, var name) -> {
                if (trying.things.containsKey(uid(of)) || trying.isTaken(name, uid(of))) {
                    yield "ALREADY_EXISTS";
                }
                trying.things.put(uid(of), new Thing(uid(of), name, null, null));
                entry("model.create");
                yield "created";
            }
            case SimulatedCommand.Rename(var of, var name) -> {
                Thing found = trying.things.get(uid(of));
                if (found == null) {
                    yield "STALE";
                }
                if (trying.isTaken(name, uid(of))) {
                    yield "ALREADY_EXISTS";
                }
                if (!found.name().equals(name)) {
                    trying.things.put(uid(of), found.named(name));
                    entry("model.update");
                }
                yield "renamed";
            }
            case SimulatedCommand.Delete(var of) -> {
                if (trying.things.remove(uid(of)) == null) {
                    yield "NOT_FOUND";
                }
                entry("model.delete");
                yield "deleted";
            }
            case SimulatedCommand.Put(var of, var k, var v) -> {
                put(new Pair(uid(of), k, v));
                yield "put";
            }
            case SimulatedCommand.Log(var owner, var points) -> {
                Latest before = trying.latest.get(owner);
                long total = (before == null ? 0 : before.total()) + points;
                trying.latest.put(owner, new Latest(owner, total, before == null ? total : before.first()));
                trying.points += points;
                entry("run.log");
                yield "logged " + total;
            }
            case SimulatedCommand.Twice(var one, var other) -> twice("a" + one, "a" + other, other);
            case SimulatedCommand.Number(var of) -> {
                if (!trying.things.containsKey(uid(of))) {
                    yield "NOT_FOUND";
                }
                long number = trying.nextNumber++;
                put(new Pair(uid(of), "number", number));
                yield "number " + number;
            }
            case SimulatedCommand.Records records -> {
                trying.records += records.count();
                writes |= records.count() > 0;
                yield "recorded";
            }
        };
    }

    private String twice(String one, String other, String name) {
        World before = trying.copy();
        int entriesBefore = tryingEntries.size();
        boolean wroteBefore = writes;
        for (Thing thing : List.of(new Thing(uid(one), one, null, null), new Thing(uid(other), name, null, null))) {
            if (trying.isTaken(thing.name(), thing.uid())) {
                trying = before;
                tryingEntries.subList(entriesBefore, tryingEntries.size()).clear();
                writes = wroteBefore;
                return "ALREADY_EXISTS";
            }
            if (!thing.equals(trying.things.put(thing.uid(), thing))) {
                entry("model.update");
            }
        }
        return "twice";
    }

    private void put(Pair pair) {
        if (!pair.equals(trying.pairs.put(pair.uid() + pair.k(), pair))) {
            entry("model.update");
        }
    }

    /** Acts of all entries, in order. */
    List<String> entries() {
        return entries;
    }

    Collection<Thing> things() {
        return kept.things.values();
    }

    Collection<Pair> pairs() {
        return kept.pairs.values();
    }

    Collection<Latest> latest() {
        return kept.latest.values();
    }

    long points() {
        return kept.points;
    }

    long records() {
        return kept.records;
    }
}
