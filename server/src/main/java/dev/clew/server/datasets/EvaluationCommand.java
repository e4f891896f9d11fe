package dev.clew.server.datasets;

import static dev.clew.server.datasets.EvaluationRecord.BY_INPUTS;
import static dev.clew.server.datasets.EvaluationRecord.RECORDS;
import static dev.clew.server.datasets.EvaluationSet.SETS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Changes of evaluation sets. */
sealed interface EvaluationCommand<R> extends Command<R> {
    /** Makes one. */
    record Create(EvaluationSet set) implements EvaluationCommand<EvaluationSet> {
        @Override
        public Needs needs() {
            return Needs.of(SETS, Key.of(set.uid()));
        }

        @Override
        public Decision<EvaluationSet> decide(State state, Moment now) {
            return Decision.of(
                    set,
                    Change.of(Act.DATASET_CREATE, set.node())
                            .scope(set.scope())
                            .put(SETS, set)
                            .name(set.node(), set.name()));
        }
    }

    /**
     * Changes tags and experiments.
     *
     * @param removedTag tag to remove, or null
     */
    record Mark(
            EvaluationSet before,
            Map<String, String> tags,
            @Nullable String removedTag,
            List<Long> added,
            List<Long> removed,
            String who)
            implements EvaluationCommand<EvaluationSet> {
        @Override
        public Needs needs() {
            return Needs.of(SETS, Key.of(before.uid()));
        }

        @Override
        public Decision<EvaluationSet> decide(State state, Moment now) {
            Optional<EvaluationSet> found = state.find(SETS, Key.of(before.uid()));
            if (found.isEmpty()) {
                return gone(before);
            }
            var nextTags = new TreeMap<>(found.get().tags());
            nextTags.putAll(tags);
            if (removedTag != null) {
                nextTags.remove(removedTag);
            }
            var experiments = new TreeSet<>(found.get().experiments());
            experiments.addAll(added);
            experiments.removeAll(removed);
            if (nextTags.equals(found.get().tags())
                    && List.copyOf(experiments).equals(found.get().experiments())) {
                return Decision.unchanged(found.get());
            }
            EvaluationSet next = found.get().with(nextTags, List.copyOf(experiments), now.millis(), who);
            return Decision.of(
                    next,
                    Change.of(Act.DATASET_TAG, next.node()).scope(next.scope()).put(SETS, next));
        }
    }

    /** How many records were new, and how many were there. */
    record Counts(long inserted, long updated) {}

    /** A record as a client gives it. */
    record Given(Uid uid, Uid inputs, ObjectNode document) {
        /** With what is given for the same inputs later in the same call. */
        Given and(Given again) {
            return new Given(uid, inputs, laidOver(document.deepCopy(), again.document()));
        }

        /** Expectations and tags are joined, outputs replaced; where a record came from stays what was said first. */
        static ObjectNode laidOver(ObjectNode all, ObjectNode given) {
            given.properties().forEach(field -> {
                JsonNode before = all.get(field.getKey());
                boolean joins =
                        field.getKey().equals("expectations") || field.getKey().equals("tags");
                if (joins && before instanceof ObjectNode object && field.getValue() instanceof ObjectNode more) {
                    object.setAll(more);
                } else if (before == null || !field.getKey().equals("source")) {
                    all.set(field.getKey(), field.getValue());
                }
            });
            return all;
        }
    }

    /**
     * Adds records, or lays what is given over the one with the same inputs. All or none.
     *
     * @param records one for each inputs
     * @param named how many were given, those with the same inputs too
     */
    record Upsert(
            EvaluationSet before,
            List<Given> records,
            int named,
            String who,
            @Nullable String claimed) implements EvaluationCommand<Counts> {
        @Override
        public Needs needs() {
            var needs = new ArrayList<Needs.Need>(records.size() + 1);
            needs.add(new Needs.Need.ByKey(SETS, Key.of(before.uid())));
            records.forEach(
                    record -> needs.add(new Needs.Need.ByIndex(BY_INPUTS, Key.of(before.uid(), record.inputs()))));
            return Needs.of(needs);
        }

        @Override
        public Decision<Counts> decide(State state, Moment now) {
            Optional<EvaluationSet> found = state.find(SETS, Key.of(before.uid()));
            if (found.isEmpty()) {
                return gone(before);
            }
            Change change = Change.of(Act.DATASET_VERSION_ADD, before.node()).scope(before.scope());
            var schema = EvaluationSchema.parse(found.get().schema());
            long inserted = 0;
            String by = claimed == null ? who : claimed;
            for (Given given : records) {
                var old = state.find(BY_INPUTS, before.uid(), given.inputs());
                schema.add(given.document());
                String user = given.document().at("/tags/mlflow.user").asText(by);
                if (old.isEmpty()) {
                    inserted++;
                }
                change.put(
                        RECORDS,
                        old.map(row -> new EvaluationRecord(
                                        row.uid(),
                                        row.set(),
                                        row.inputs(),
                                        merged(row.document(), given.document()),
                                        row.createdAt(),
                                        now.millis(),
                                        row.createdBy(),
                                        user))
                                .orElseGet(() -> new EvaluationRecord(
                                        given.uid(),
                                        before.uid(),
                                        given.inputs(),
                                        given.document().toString(),
                                        now.millis(),
                                        now.millis(),
                                        user,
                                        user)));
            }
            EvaluationSet next = found.get()
                    .filled(
                            schema.text(),
                            found.get().records() + inserted,
                            EvaluationSets.digest(found.get().name(), now.micros()),
                            now.millis(),
                            by);
            return Decision.of(new Counts(inserted, named - inserted), change.put(SETS, next));
        }

        /** Expectations and tags are joined, everything else is replaced. */
        private static String merged(String old, ObjectNode given) {
            return Given.laidOver((ObjectNode) JsonTexts.tree(old), given).toString();
        }
    }

    /** Deletes records of the set that are there. */
    record Remove(EvaluationSet before, List<Uid> records, String who) implements EvaluationCommand<Integer> {
        @Override
        public Needs needs() {
            var needs = new ArrayList<Needs.Need>(records.size() + 1);
            needs.add(new Needs.Need.ByKey(SETS, Key.of(before.uid())));
            records.forEach(record -> needs.add(new Needs.Need.ByKey(RECORDS, Key.of(record))));
            return Needs.of(needs);
        }

        @Override
        public Decision<Integer> decide(State state, Moment now) {
            Optional<EvaluationSet> found = state.find(SETS, Key.of(before.uid()));
            if (found.isEmpty()) {
                return gone(before);
            }
            Change change = Change.of(Act.DATASET_TAG, before.node()).scope(before.scope());
            int removed = 0;
            for (Uid record : records) {
                if (state.find(RECORDS, Key.of(record))
                        .filter(row -> row.set().equals(before.uid()))
                        .isPresent()) {
                    change.delete(RECORDS, Key.of(record));
                    removed++;
                }
            }
            EvaluationSet next = found.get()
                    .filled(
                            found.get().schema(),
                            found.get().records() - removed,
                            EvaluationSets.digest(found.get().name(), now.micros()),
                            now.millis(),
                            who);
            return removed == 0 ? Decision.unchanged(0) : Decision.of(removed, change.put(SETS, next));
        }
    }

    /** Deletes a set that is empty; its records were removed before. */
    record Delete(EvaluationSet before) implements EvaluationCommand<Boolean> {
        @Override
        public Needs needs() {
            return Needs.of(SETS, Key.of(before.uid()));
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            Optional<EvaluationSet> found = state.find(SETS, Key.of(before.uid()));
            if (found.isEmpty()) {
                return Decision.unchanged(false);
            }
            return found.get().records() > 0
                    ? Decision.stale()
                    : Decision.of(
                            true,
                            Change.of(Act.DATASET_DELETE, before.node())
                                    .scope(before.scope())
                                    .delete(SETS, Key.of(before.uid())));
        }
    }

    private static <T> Decision<T> gone(EvaluationSet set) {
        return Decision.refuse(ErrorCode.NOT_FOUND, EvaluationSets.unknown(set.id()));
    }
}
