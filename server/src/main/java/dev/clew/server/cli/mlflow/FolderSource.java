package dev.clew.server.cli.mlflow;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * MLflow's file store: a folder of experiments, each a folder of runs. Metric files are read line by line. Lines of five fields carry
 * their step, which MLflow's own reader loses.
 */
final class FolderSource implements Source {
    private static final Set<String> RESERVED = Set.of("tags", "datasets", "traces", "models", ".trash");
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final int MAX_YAML = 16 << 20;

    private final Path root;
    private final LocalFiles files;
    private final Set<String> deletedExperiments = new HashSet<>();
    private long traces;

    FolderSource(Path root, LocalFiles files) {
        this.root = root;
        this.files = files;
        if (experimentFolders().isEmpty()) {
            throw new ClewException(
                    ErrorCode.USAGE,
                    "\"%s\" is no file store of MLflow: it has no experiment, a folder with meta.yaml in which experiment_id stands."
                            .formatted(root));
        }
    }

    @Override
    public String shown() {
        return root.toString();
    }

    @Override
    public String producer() {
        return "MLflow file store";
    }

    private List<Path> experimentFolders() {
        var found = new ArrayList<Path>();
        for (Path parent : List.of(root, root.resolve(".trash"))) {
            for (Path folder : folders(parent)) {
                if (!folder.getFileName().toString().equals("models")
                        && !yaml(folder.resolve("meta.yaml"))
                                .path("experiment_id")
                                .isMissingNode()) {
                    found.add(folder);
                }
            }
        }
        return found;
    }

    @Override
    public void experiments(Consumer<Experiment> sink) {
        for (Path folder : experimentFolders()) {
            JsonNode meta = yaml(folder.resolve("meta.yaml"));
            String id = meta.path("experiment_id").asString();
            boolean deleted = isDeleted(meta) || root.resolve(".trash").equals(folder.getParent());
            if (deleted) {
                deletedExperiments.add(id);
            }
            sink.accept(new Experiment(
                    id,
                    meta.path("name").asString(id),
                    deleted,
                    meta.path("creation_time").asLong(0),
                    meta.path("last_update_time").asLong(0),
                    labels(folder.resolve("tags"))));
        }
    }

    private static boolean isDeleted(JsonNode meta) {
        // Text in newer stores, a number in old ones.
        String stage = meta.path("lifecycle_stage").asString("active");
        return stage.equals("deleted") || stage.equals("2");
    }

    @Override
    public void runs(Runs sink) {
        record Found(Path folder, long start) {}
        for (Path experiment : experimentFolders()) {
            String id =
                    yaml(experiment.resolve("meta.yaml")).path("experiment_id").asString();
            traces += folders(experiment.resolve("traces")).size();
            var runs = new ArrayList<Found>();
            for (Path folder : folders(experiment)) {
                JsonNode meta = RESERVED.contains(folder.getFileName().toString())
                        ? YAML.missingNode()
                        : yaml(folder.resolve("meta.yaml"));
                if (!runId(meta).isEmpty()) {
                    runs.add(new Found(folder, meta.path("start_time").asLong(0)));
                }
            }
            runs.sort(Comparator.comparingLong(Found::start));
            for (Found run : runs) {
                run(experiment, id, run.folder, sink);
            }
        }
    }

    private static String runId(JsonNode meta) {
        String id = meta.path("run_id").asString("");
        return id.isEmpty() ? meta.path("run_uuid").asString("") : id;
    }

    private void run(Path experiment, String id, Path folder, Runs sink) {
        JsonNode meta = yaml(folder.resolve("meta.yaml"));
        Map<String, String> tags = labels(folder.resolve("tags"));
        boolean deleted = isDeleted(meta) && !deletedExperiments.contains(id);
        Long end =
                meta.path("end_time").isNumber() ? (Long) meta.path("end_time").asLong() : null;
        long start = meta.path("start_time").asLong(0);
        String name = meta.path("run_name").asString("");
        sink.begin(new Run(
                runId(meta),
                id,
                name.isEmpty() ? tags.getOrDefault("mlflow.runName", "") : name,
                meta.path("user_id").asString(""),
                meta.path("status").isNumber()
                        ? Numbers.runStatus(meta.path("status").asLong())
                        : meta.path("status").asString("RUNNING"),
                start,
                end,
                deleted ? (Long) meta.path("deleted_time").asLong(end == null ? start : end) : null,
                meta.path("artifact_uri").asString(""),
                labels(folder.resolve("params")),
                tags,
                inputs(experiment, folder),
                uses(folder)));
        points(
                folder.resolve("metrics"),
                (key, fields) -> sink.point(new Point(
                        key, Numbers.parse(fields[1]), Long.parseLong(fields[0]), step(fields), null, null, null)));
        sink.end();
    }

    private static long step(String[] fields) {
        return fields.length < 3 ? 0 : Long.parseLong(fields[2]);
    }

    /** One line of a metric's file. */
    private interface Line {
        void fields(String key, String[] fields);
    }

    private static void points(Path folder, Line sink) {
        for (Path file : filesBelow(folder)) {
            String key = key(folder, file);
            try (var lines = Files.lines(file, StandardCharsets.UTF_8)) {
                lines.filter(line -> !line.isBlank()).forEach(line -> {
                    String[] fields = line.strip().split(" ");
                    if (fields.length < 2) {
                        throw damaged(file);
                    }
                    try {
                        sink.fields(key, fields);
                    } catch (NumberFormatException e) {
                        throw damaged(file);
                    }
                });
            } catch (IOException | UncheckedIOException e) {
                throw damaged(file);
            }
        }
    }

    private List<Input> inputs(Path experiment, Path run) {
        var inputs = new ArrayList<Input>();
        for (Path folder : folders(run.resolve("inputs"))) {
            JsonNode meta = yaml(folder.resolve("meta.yaml"));
            if (!meta.path("source_type").asString("").equals("DATASET")) {
                continue;
            }
            JsonNode dataset = yaml(experiment
                    .resolve("datasets")
                    .resolve(name(meta.path("source_id").asString("")))
                    .resolve("meta.yaml"));
            if (dataset.path("digest").isMissingNode()) {
                continue;
            }
            var tags = new LinkedHashMap<String, String>();
            meta.path("tags")
                    .properties()
                    .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asString()));
            inputs.add(new Input(
                    dataset.path("name").asString(""),
                    dataset.path("digest").asString(""),
                    dataset.path("source_type").asString(""),
                    dataset.path("source").asString(""),
                    nullable(dataset.path("schema")),
                    nullable(dataset.path("profile")),
                    tags));
        }
        return inputs;
    }

    private static List<ModelUse> uses(Path run) {
        var uses = new ArrayList<ModelUse>();
        for (boolean output : new boolean[] {false, true}) {
            for (Path folder : folders(run.resolve(output ? "outputs" : "inputs"))) {
                JsonNode meta = yaml(folder.resolve("meta.yaml"));
                String model = meta.path("destination_id").asString("");
                if (model.startsWith("m-")) {
                    uses.add(new ModelUse(model, output, meta.path("step").asLong(0)));
                }
            }
        }
        return uses;
    }

    private static @Nullable String nullable(JsonNode node) {
        return node.isMissingNode() || node.isNull() ? null : node.asString();
    }

    /** Takes a logged model's folder and experiment. */
    private interface Models {
        void model(Path folder, String experiment, JsonNode meta);
    }

    private void eachModel(Models sink) {
        for (Path experiment : experimentFolders()) {
            String id =
                    yaml(experiment.resolve("meta.yaml")).path("experiment_id").asString();
            for (Path folder : folders(experiment.resolve("models"))) {
                JsonNode meta = yaml(folder.resolve("meta.yaml"));
                if (!meta.path("model_id").isMissingNode()) {
                    sink.model(folder, id, meta);
                }
            }
        }
    }

    @Override
    public void models(Consumer<Model> sink) {
        eachModel((folder, experiment, meta) -> sink.accept(new Model(
                meta.path("model_id").asString(),
                experiment,
                meta.path("name").asString(""),
                meta.path("model_type").isNull() ? "" : meta.path("model_type").asString(""),
                nullable(meta.path("source_run_id")),
                meta.path("status").isNumber()
                        ? Numbers.modelStatus(meta.path("status").asLong())
                        : meta.path("status").asString("LOGGED_MODEL_STATUS_UNSPECIFIED"),
                isDeleted(meta) && !deletedExperiments.contains(experiment),
                meta.path("creation_timestamp").asLong(0),
                meta.path("last_updated_timestamp").asLong(0),
                meta.path("artifact_location").asString(""),
                labels(folder.resolve("params")),
                labels(folder.resolve("tags")))));
    }

    @Override
    public void modelPoints(ModelPoints sink) {
        eachModel((folder, _, meta) -> points(folder.resolve("metrics"), (key, fields) -> {
            if (fields.length >= 4) {
                sink.point(
                        fields[3],
                        new Point(
                                key,
                                Numbers.parse(fields[1]),
                                Long.parseLong(fields[0]),
                                step(fields),
                                meta.path("model_id").asString(),
                                fields.length > 4 ? fields[4] : null,
                                fields.length > 5 ? fields[5] : null));
            }
        }));
    }

    @Override
    public void registered(Consumer<Registered> sink) {
        for (Path folder : folders(root.resolve("models"))) {
            JsonNode meta = yaml(folder.resolve("meta.yaml"));
            if (meta.path("name").isMissingNode()) {
                continue;
            }
            var versions = new ArrayList<Version>();
            for (Path version : folders(folder)) {
                JsonNode of = yaml(version.resolve("meta.yaml"));
                if (version.getFileName().toString().startsWith("version-")
                        && !of.path("current_stage").asString("").equals("Deleted_Internal")) {
                    versions.add(version(version, of));
                }
            }
            versions.sort(Comparator.comparingLong(Version::number));
            sink.accept(new Registered(
                    meta.path("name").asString(),
                    text(meta.path("description")),
                    meta.path("creation_timestamp").asLong(0),
                    meta.path("last_updated_timestamp").asLong(0),
                    labels(folder.resolve("tags")),
                    labels(folder.resolve("aliases")),
                    versions));
        }
    }

    private static Version version(Path folder, JsonNode meta) {
        return new Version(
                meta.path("version").asLong(0),
                text(meta.path("source")),
                text(meta.path("storage_location")),
                text(meta.path("run_id")),
                text(meta.path("run_link")),
                text(meta.path("description")),
                text(meta.path("current_stage")),
                meta.path("creation_timestamp").asLong(0),
                meta.path("last_updated_timestamp").asLong(0),
                labels(folder.resolve("tags")));
    }

    private static String text(JsonNode node) {
        String text = nullable(node);
        return text == null ? "" : text;
    }

    @Override
    public void owners(Consumer<Owner> sink) {
        for (Path experiment : experimentFolders()) {
            String id =
                    yaml(experiment.resolve("meta.yaml")).path("experiment_id").asString();
            for (Path folder : folders(experiment)) {
                JsonNode meta = RESERVED.contains(folder.getFileName().toString())
                        ? YAML.missingNode()
                        : yaml(folder.resolve("meta.yaml"));
                if (!runId(meta).isEmpty()) {
                    sink.accept(new Owner(
                            runId(meta),
                            id,
                            false,
                            moved(folder, meta.path("artifact_uri").asString(""))));
                }
            }
        }
        eachModel((folder, experiment, meta) -> sink.accept(new Owner(
                meta.path("model_id").asString(),
                experiment,
                true,
                moved(folder, meta.path("artifact_location").asString("")))));
    }

    /** A store that was moved names its old place; its files are where it is now. */
    private static String moved(Path folder, String location) {
        Path beside = folder.resolve("artifacts");
        return LocalFiles.isLocal(location) && Files.isDirectory(beside) ? beside.toString() : location;
    }

    @Override
    public @Nullable String files(Owner owner, FileSink sink) throws IOException {
        return files.read(owner.location(), sink);
    }

    @Override
    public Map<String, Long> leftOut() {
        return traces == 0 ? Map.of() : new TreeMap<>(Map.of("traces", traces));
    }

    @Override
    public void close() {
        // Nothing is held open.
    }

    /** Whole files are values, their paths keys. */
    private static Map<String, String> labels(Path folder) {
        var labels = new LinkedHashMap<String, String>();
        for (Path file : filesBelow(folder)) {
            try {
                labels.put(key(folder, file), Files.readString(file));
            } catch (IOException e) {
                throw damaged(file);
            }
        }
        return labels;
    }

    private static String key(Path folder, Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    private static List<Path> filesBelow(Path folder) {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (var found = Files.walk(folder)) {
            return found.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw damaged(folder);
        }
    }

    private static List<Path> folders(Path parent) {
        if (!Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (var found = Files.list(parent)) {
            return found.filter(folder -> Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw damaged(parent);
        }
    }

    /** A name from a file that is used as one segment of a path; what is none leads nowhere. */
    private static String name(String text) {
        return text.isEmpty() || text.contains("/") || text.contains("\\") || text.startsWith(".") ? "-" : text;
    }

    /** Missing when there is no such file. Aliases and depth are bounded by the reader, sizes here. */
    private static JsonNode yaml(Path file) {
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                return YAML.missingNode();
            }
            if (Files.size(file) > MAX_YAML) {
                throw damaged(file);
            }
            return YAML.readTree(Files.readString(file));
        } catch (IOException | JacksonException e) {
            throw damaged(file);
        }
    }

    private static ClewException damaged(Path file) {
        return new ClewException(
                ErrorCode.INVALID_ARGUMENT,
                "\"%s\" cannot be read as MLflow writes it; repair or remove it and import again.".formatted(file));
    }
}
