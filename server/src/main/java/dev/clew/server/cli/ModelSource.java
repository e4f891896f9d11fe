package dev.clew.server.cli;

import dev.clew.explain.ExplainException;
import dev.clew.explain.blackbox.HttpScorer;
import dev.clew.explain.blackbox.ProcessScorer;
import dev.clew.explain.blackbox.TextScorer;
import dev.clew.explain.model.BlackBoxModel;
import dev.clew.explain.model.Feature;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Models;
import dev.clew.explain.model.Rows;
import dev.clew.quality.QualityException;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableColumn;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/**
 * The MODEL of a command: a file, {@code http(s)://…} or {@code exec:COMMAND}. A black box takes its features from the data
 * beside it, every column except those named as no features.
 */
final class ModelSource implements AutoCloseable {
    private static final int MAX_CATEGORIES = 1_000;
    private static final String PROCESS = "exec:";

    private final Model model;
    private final AutoCloseable resource;

    private ModelSource(Model model, AutoCloseable resource) {
        this.model = model;
        this.resource = resource;
    }

    Model model() {
        return model;
    }

    /** The same source with another view of its model. */
    ModelSource with(Model other) {
        return new ModelSource(other, resource);
    }

    /** Opens a model file alone. */
    static Model file(String name) {
        if (isBlackBox(name)) {
            throw new ClewException(
                    ErrorCode.USAGE,
                    "A black box shows nothing of itself; ask it about rows: clew predict or clew explain, with data.");
        }
        Path file = Path.of(name);
        if (!Files.isRegularFile(file)) {
            throw new ClewException(
                    ErrorCode.NOT_FOUND, "\"%s\" is no file; name a model file.".formatted(file.getFileName()));
        }
        try {
            return Models.read(file);
        } catch (ExplainException e) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The model file \"%s\" is refused. %s".formatted(file.getFileName(), e.getMessage()),
                    e);
        } catch (IOException e) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT, "\"%s\" cannot be read.".formatted(file.getFileName()), e);
        }
    }

    /** Opens a model; a black box is asked the first rows of the data. */
    static ModelSource open(String name, Table data, List<String> noFeatures, Duration timeout) {
        if (!isBlackBox(name)) {
            return new ModelSource(file(name), () -> {});
        }
        FeatureSchema schema = schema(data, noFeatures);
        try {
            BlackBoxModel.Scorer scorer =
                    isAddress(name) ? address(name, schema, timeout) : process(name, schema, timeout);
            AutoCloseable resource = scorer instanceof ProcessScorer process ? process : () -> {};
            try {
                Rows probe = new ModelRows(schema, data, true).first(3);
                return new ModelSource(BlackBoxModel.of(name, schema, scorer, probe), resource);
            } catch (RuntimeException e) {
                quietly(resource);
                throw e;
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new ClewException(ErrorCode.INVALID_ARGUMENT, "The black box cannot be started or addressed.", e);
        }
    }

    private static boolean isAddress(String name) {
        return name.startsWith("http://") || name.startsWith("https://");
    }

    private static boolean isBlackBox(String name) {
        return isAddress(name) || name.startsWith(PROCESS);
    }

    private static HttpScorer address(String name, FeatureSchema schema, Duration timeout) {
        return new HttpScorer(URI.create(name), schema, timeout);
    }

    private static ProcessScorer process(String name, FeatureSchema schema, Duration timeout) throws IOException {
        return new ProcessScorer(List.of("sh", "-c", name.substring(PROCESS.length())), schema, timeout);
    }

    /** Something that is done with a black box about texts. */
    @FunctionalInterface
    interface TextWork {
        int with(TextScorer scorer) throws IOException;
    }

    /** Opens a black box to ask it about texts, and closes it afterwards. */
    static int texts(String name, Duration timeout, TextWork work) {
        if (!isBlackBox(name)) {
            throw new ClewException(
                    ErrorCode.USAGE,
                    "Model files take no texts; name an address or exec:COMMAND, or leave out --text.");
        }
        var none = new FeatureSchema(List.of());
        try {
            if (isAddress(name)) {
                return work.with(address(name, none, timeout));
            }
            try (var process = process(name, none, timeout)) {
                return work.with(process);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new ClewException(ErrorCode.INVALID_ARGUMENT, "The black box cannot be started or addressed.", e);
        }
    }

    private static FeatureSchema schema(Table data, List<String> noFeatures) {
        List<Feature> features = new ArrayList<>();
        for (TableColumn column : data.columns()) {
            if (noFeatures.contains(column.name())) {
                continue;
            }
            if (column.type().isNumber()) {
                features.add(Feature.numeric(column.name()));
                continue;
            }
            var categories = new TreeSet<String>();
            try (var batches = data.batches(List.of(column.name()))) {
                for (var batch : batches) {
                    for (String text : batch.texts(0)) {
                        if (text != null) {
                            categories.add(text);
                        }
                    }
                    if (categories.size() > MAX_CATEGORIES) {
                        throw new ClewException(
                                ErrorCode.INVALID_ARGUMENT,
                                "Column \"%s\" has more than %d different texts; leave it out with --not-feature."
                                        .formatted(column.name(), MAX_CATEGORIES));
                    }
                }
            }
            features.add(new Feature(column.name(), Feature.Type.CATEGORICAL, List.copyOf(categories)));
        }
        return new FeatureSchema(features);
    }

    /** Runs a command's work; what the libraries refuse becomes one of our own refusals. */
    static int answering(Callable<Integer> work) throws Exception {
        try {
            return work.call();
        } catch (ExplainException e) {
            throw new ClewException(ErrorCode.INVALID_ARGUMENT, String.valueOf(e.getMessage()), e);
        } catch (QualityException e) {
            throw new ClewException(ErrorCode.INVALID_ARGUMENT, String.valueOf(e.getMessage()), e);
        } catch (OutOfMemoryError e) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "Model and rows need more than the %d MiB of memory that this command has; allow it more (CLEW_JAVA_OPTS=-Xmx2g), or give fewer rows at a time."
                            .formatted(Runtime.getRuntime().maxMemory() >> 20),
                    e);
        } catch (StackOverflowError e) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The trees of the model are too deep to be compared with a background; leave it out, or explain by permutation.",
                    e);
        }
    }

    private static void quietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            // The failure that brought us here is the one to report.
        }
    }

    @Override
    public void close() {
        quietly(resource);
    }
}
