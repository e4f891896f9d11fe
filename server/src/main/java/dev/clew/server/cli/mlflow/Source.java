package dev.clew.server.cli.mlflow;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store of MLflow as it can be read, whatever keeps it. Records come one after the other and are not kept; times are milliseconds since
 * the epoch. Confined to one thread.
 */
interface Source extends AutoCloseable {
    record Experiment(
            String id, String name, boolean deleted, long createdAt, long updatedAt, Map<String, String> tags) {}

    /** @param deletedAt null unless it is deleted */
    record Run(
            String id,
            String experiment,
            String name,
            String user,
            String status,
            long startTime,
            @Nullable Long endTime,
            @Nullable Long deletedAt,
            String location,
            Map<String, String> params,
            Map<String, String> tags,
            List<Input> inputs,
            List<ModelUse> models) {}

    /** NaN and infinities as such. {@code model} is a logged model's id when the point belongs to it too. */
    record Point(
            String key,
            double value,
            long timestamp,
            long step,
            @Nullable String model,
            @Nullable String datasetName,
            @Nullable String datasetDigest) {}

    record Input(
            String name,
            String digest,
            String sourceType,
            String source,
            @Nullable String schema,
            @Nullable String profile,
            Map<String, String> tags) {}

    record ModelUse(String model, boolean isOutput, long step) {}

    record Model(
            String id,
            String experiment,
            String name,
            String type,
            @Nullable String sourceRun,
            String status,
            boolean deleted,
            long createdAt,
            long updatedAt,
            String location,
            Map<String, String> params,
            Map<String, String> tags) {}

    record Registered(
            String name,
            String description,
            long createdAt,
            long updatedAt,
            Map<String, String> tags,
            Map<String, String> aliases,
            List<Version> versions) {}

    record Version(
            long number,
            String source,
            String storage,
            String runId,
            String runLink,
            String description,
            String stage,
            long createdAt,
            long updatedAt,
            Map<String, String> tags) {}

    /** The owner of files: a run or a logged model. */
    record Owner(String id, String experiment, boolean isModel, String location) {}

    /** Takes runs: each begins, gets its points in the order they were logged, and ends. */
    interface Runs {
        void begin(Run run);

        void point(Point point);

        void end();
    }

    /** One file of an owner. */
    @FunctionalInterface
    interface FileSink {
        /** @param path below the owner's root, with forward slashes */
        void file(String path, Content content) throws IOException;
    }

    /** Opens the bytes of a file; may be asked again. */
    @FunctionalInterface
    interface Content {
        InputStream open() throws IOException;
    }

    /** Where it is, without a password. */
    String shown();

    /** What wrote it, as far as it says. */
    String producer();

    void experiments(Consumer<Experiment> sink);

    /** Parents before their children, as far as their start times say. */
    void runs(Runs sink);

    void models(Consumer<Model> sink);

    /** Points of logged models: the run that logged them and the point, which names the model. */
    void modelPoints(ModelPoints sink);

    /** Takes one point of a logged model. */
    @FunctionalInterface
    interface ModelPoints {
        void point(String run, Point point);
    }

    void registered(Consumer<Registered> sink);

    /** Owners that may have files. */
    void owners(Consumer<Owner> sink);

    /**
     * Files of an owner that can be read from here.
     *
     * @return why they cannot be, or null when they were all given to {@code sink}
     */
    @Nullable
    String files(Owner owner, FileSink sink) throws IOException;

    /** What the store holds that is not taken over: how many of which kind. */
    Map<String, Long> leftOut();

    @Override
    void close();
}
