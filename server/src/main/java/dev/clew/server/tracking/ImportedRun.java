package dev.clew.server.tracking;

import dev.clew.server.common.Uid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run, or a part of one, as another system kept it. Whom and when it names are claims of that system; who imported it stands in the
 * entry.
 *
 * @param uid the run id it had there
 * @param experiment id of the experiment here
 * @param userName whom it names, empty for nobody
 * @param status null in a part for a run that must be here already
 * @param deletedAt milliseconds since the epoch, null for an active run
 * @param location where its files stay; null when they move here
 * @param batch points, parameters and tags of this part, {@code mlflow.runName} among the tags
 */
public record ImportedRun(
        Uid uid,
        long experiment,
        String name,
        String userName,
        @Nullable RunStatus status,
        long startTime,
        @Nullable Long endTime,
        @Nullable Long deletedAt,
        @Nullable String location,
        LogBatch batch,
        List<DatasetInput> inputs,
        List<RunModel> models) {
    /** Most points of one part: what one block of points holds. */
    public static final int MAX_POINTS = 1_000;

    /** Most parameters and tags of one part. */
    public static final int MAX_LABELS = 1_000;

    public ImportedRun {
        inputs = List.copyOf(inputs);
        models = List.copyOf(models);
    }
}
