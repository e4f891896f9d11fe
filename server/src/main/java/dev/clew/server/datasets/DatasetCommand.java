package dev.clew.server.datasets;

import static dev.clew.server.datasets.Dataset.BY_NAME;
import static dev.clew.server.datasets.Dataset.DATASETS;
import static dev.clew.server.datasets.DatasetVersion.VERSIONS;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.Rel;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;

/** Changes of data sets. Both answer with the row that is there when it was there already. */
sealed interface DatasetCommand<R> extends Command<R> {
    /** Makes a data set of a name. */
    record Create(Dataset dataset) implements DatasetCommand<Dataset> {
        @Override
        public Needs needs() {
            return Needs.of(BY_NAME, (long) dataset.scope(), dataset.name());
        }

        @Override
        public Decision<Dataset> decide(State state, Moment now) {
            var there = state.find(BY_NAME, (long) dataset.scope(), dataset.name());
            return there.isPresent()
                    ? Decision.unchanged(there.get())
                    : Decision.of(
                            dataset,
                            Change.of(Act.DATASET_CREATE, dataset.node())
                                    .scope(dataset.scope())
                                    .put(DATASETS, dataset)
                                    .name(dataset.node(), dataset.name()));
        }
    }

    /** Adds a version to a data set. */
    record Add(DatasetVersion version, String name) implements DatasetCommand<DatasetVersion> {
        @Override
        public Needs needs() {
            return Needs.of(VERSIONS, Key.of(version.uid())).and(DATASETS, Key.of(version.dataset()));
        }

        @Override
        public Decision<DatasetVersion> decide(State state, Moment now) {
            var there = state.find(VERSIONS, Key.of(version.uid()));
            var dataset = state.find(DATASETS, Key.of(version.dataset()));
            if (there.isPresent()) {
                return Decision.unchanged(there.get());
            }
            return dataset.isEmpty()
                    ? Decision.stale()
                    : Decision.of(
                            version,
                            Change.of(Act.DATASET_VERSION_ADD, version.node())
                                    .scope(version.scope())
                                    .put(VERSIONS, version)
                                    .link(Rel.VERSION_OF, dataset.get().node())
                                    .name(version.node(), name + " @ " + version.digest()));
        }
    }
}
