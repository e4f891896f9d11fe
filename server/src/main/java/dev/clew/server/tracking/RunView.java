package dev.clew.server.tracking;

import dev.clew.server.common.Uid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run with what it logged.
 *
 * @param lifecycle deleted also when its experiment is
 * @param metrics the latest value per key
 */
public record RunView(
        Run run,
        Lifecycle lifecycle,
        List<Metric> metrics,
        List<Label> params,
        List<Label> tags,
        List<Input> inputs,
        List<RunModel> models) {
    /** A parameter or tag. */
    public record Label(String key, String value) {}

    /** A data set version it read, and what the experiment's clients said of it. */
    public record Input(RunInput input, LoggedDataset dataset) {}

    /**
     * One point; times in milliseconds.
     *
     * @param run that logged it, for metrics of logged models
     */
    public record Metric(
            String key,
            double value,
            long timestamp,
            long step,
            @Nullable String datasetName,
            @Nullable String datasetDigest,
            @Nullable Uid run) {}

    /** A logged model with what was logged to it; metrics are the latest per name and data set. */
    public record ModelView(LoggedModel model, List<Metric> metrics, List<Label> params, List<Label> tags) {}

    /** An experiment with its tags. */
    public record ExperimentView(Experiment experiment, List<Label> tags) {}

    /** The value of a tag, or null. */
    public @Nullable String tag(String key) {
        for (Label tag : tags) {
            if (tag.key().equals(key)) {
                return tag.value();
            }
        }
        return null;
    }

    /** Uids of the data set versions it read. */
    public List<Uid> inputVersions() {
        return inputs.stream().map(each -> each.input().version()).toList();
    }
}
