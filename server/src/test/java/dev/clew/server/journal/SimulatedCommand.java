package dev.clew.server.journal;

import static dev.clew.server.journal.TestTables.LATEST;
import static dev.clew.server.journal.TestTables.PAIRS;
import static dev.clew.server.journal.TestTables.POINTS;
import static dev.clew.server.journal.TestTables.THINGS;
import static dev.clew.server.journal.TestTables.uid;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.encoding.Submission;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.TestTables.Latest;
import dev.clew.server.journal.TestTables.Pair;
import dev.clew.server.journal.TestTables.Points;
import dev.clew.server.journal.TestTables.Thing;
import java.util.List;
import java.util.Random;

/** Commands of the simulation, over few names, so that they meet. */
sealed interface SimulatedCommand extends Command<String> {
    int NAMES = 12;

    static SimulatedCommand draw(Random random) {
        String one = "n" + random.nextInt(NAMES);
        String other = "n" + random.nextInt(NAMES);
        return switch (random.nextInt(9)) {
            case 0, 1 -> new Create(one, other);
            case 2 -> new Rename(one, other);
            case 3 -> new Delete(one);
            case 4 -> new Put(one, other, random.nextInt(3));
            case 5 -> new Log(random.nextInt(4), 1 + random.nextInt(5));
            case 6 -> new Twice(one, other);
            case 7 -> new Number(one);
            default -> new Records(random.nextLong(), random.nextInt(4));
        };
    }

    private static Thing thing(String of, String name) {
        return new Thing(uid(of), name, null, null);
    }

    private static Decision<String> taken() {
        return Decision.refuse(ErrorCode.ALREADY_EXISTS, "taken");
    }

    /** A thing that must not be there, under a name that must be free: the latter is left to the journal. */
    record Create(String of, String name) implements SimulatedCommand {
        @Override
        public Needs needs() {
            return Needs.of(THINGS, Key.of(uid(of)));
        }

        @Override
        public Decision<String> decide(State state, Moment now) {
            return state.find(THINGS, Key.of(uid(of))).isPresent()
                    ? taken()
                    : Decision.of(
                            "created",
                            Change.of(Act.MODEL_CREATE, thing(of, name).node()).put(THINGS, thing(of, name)));
        }
    }

    /** Stale when it is gone; asks for the name's owner in a second round. */
    record Rename(String of, String name) implements SimulatedCommand {
        @Override
        public Needs needs() {
            return Needs.of(THINGS, Key.of(uid(of))).and(THINGS.index("name"), name);
        }

        @Override
        public Decision<String> decide(State state, Moment now) {
            var found = state.find(THINGS, Key.of(uid(of)));
            if (found.isEmpty()) {
                return Decision.stale();
            }
            var owner = state.find(THINGS.index("name"), name);
            if (owner.isPresent() && !owner.get().uid().equals(uid(of))) {
                return taken();
            }
            return Decision.of(
                    "renamed",
                    Change.of(Act.MODEL_UPDATE, found.get().node())
                            .put(THINGS, found.get().named(name)));
        }
    }

    record Delete(String of) implements SimulatedCommand {
        @Override
        public Needs needs() {
            return Needs.of(THINGS, Key.of(uid(of)));
        }

        @Override
        public Decision<String> decide(State state, Moment now) {
            return state.find(THINGS, Key.of(uid(of))).isEmpty()
                    ? Decision.refuse(ErrorCode.NOT_FOUND, "gone")
                    : Decision.of(
                            "deleted",
                            Change.of(Act.MODEL_DELETE, thing(of, of).node()).delete(THINGS, Key.of(uid(of))));
        }
    }

    /** Without effect, and so without entry, when the value is the same. */
    record Put(String of, String k, long v) implements SimulatedCommand {
        @Override
        public Needs needs() {
            return Needs.of(PAIRS, Key.of(uid(of), k));
        }

        @Override
        public Decision<String> decide(State state, Moment now) {
            return Decision.of(
                    "put", Change.of(Act.MODEL_UPDATE, thing(of, of).node()).put(PAIRS, new Pair(uid(of), k, v)));
        }
    }

    /** Packed points and a derived total. */
    record Log(long owner, int points) implements SimulatedCommand {
        @Override
        public Needs needs() {
            return Needs.of(LATEST, Key.of(owner));
        }

        @Override
        public Decision<String> decide(State state, Moment now) {
            var before = state.find(LATEST, Key.of(owner));
            long total = before.map(Latest::total).orElse(0L) + points;
            return Decision.of(
                    "logged " + total,
                    Change.of(Act.RUN_LOG, Node.of(Kind.RUN, uid("run" + owner)))
                            .append(POINTS, new Points(owner, new byte[points]))
                            .derive(
                                    LATEST,
                                    new Latest(
                                            owner,
                                            total,
                                            before.map(Latest::first).orElse(total))));
        }
    }

    /** Two entries, both or none: the second may meet a taken name. */
    record Twice(String one, String other) implements SimulatedCommand {
        @Override
        public Needs needs() {
            return Needs.none();
        }

        @Override
        public Decision<String> decide(State state, Moment now) {
            return Decision.of(
                    "twice",
                    Change.of(Act.MODEL_UPDATE, thing("a" + one, "a" + one).node())
                            .put(THINGS, thing("a" + one, "a" + one)),
                    Change.of(Act.MODEL_UPDATE, thing("a" + other, other).node())
                            .put(THINGS, thing("a" + other, other)));
        }
    }

    /** Draws a number; gives it back when it is refused. */
    record Number(String of) implements SimulatedCommand {
        @Override
        public Needs needs() {
            return Needs.of(THINGS, Key.of(uid(of))).andNextNumber("simulated");
        }

        @Override
        public Decision<String> decide(State state, Moment now) {
            long number = state.next("simulated");
            if (state.find(THINGS, Key.of(uid(of))).isEmpty()) {
                return Decision.refuse(ErrorCode.NOT_FOUND, "gone");
            }
            return Decision.of(
                    "number " + number,
                    Change.of(Act.MODEL_UPDATE, thing(of, of).node()).put(PAIRS, new Pair(uid(of), "number", number)));
        }
    }

    /** High-rate records without a client id. */
    record Records(long seed, int count) implements SimulatedCommand {
        @Override
        public Needs needs() {
            return Needs.none();
        }

        @Override
        public Decision<String> decide(State state, Moment now) {
            var random = new Random(seed);
            var records = new java.util.ArrayList<HotRecord>();
            for (int i = 0; i < count; i++) {
                records.add(record(random));
            }
            return Decision.records("recorded", List.copyOf(records));
        }

        private static HotRecord record(Random random) {
            byte[] id = new byte[16];
            random.nextBytes(id);
            byte[] submission = Submission.of("decision.record", "svc:test", id)
                    .scope(3L)
                    .build()
                    .encode();
            return new HotRecord(
                    Uid.of(id),
                    Act.DECISION_RECORD,
                    submission,
                    new byte[0],
                    new byte[16],
                    null,
                    null,
                    new byte[32],
                    0);
        }
    }
}
