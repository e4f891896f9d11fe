package dev.clew.server.protocol.mlflow;

import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.Json;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import dev.clew.server.datasets.Datasets;
import dev.clew.server.http.Resource;
import dev.clew.server.tracking.DatasetInput;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the data sets of a request: as runs keep them, and as versions that everything else can be linked to. */
final class DatasetReader {
    static final int MAX_NAME = 500;
    static final int MAX_DIGEST = 36;
    private static final int MAX_SOURCE = 65_535;
    private static final int MAX_SCHEMA = 1_048_575;
    private static final int MAX_PROFILE = 16_777_215;
    private static final int MAX_TAG_KEY = 255;
    private static final int MAX_TAG_VALUE = 500;

    private final Datasets datasets;

    DatasetReader(Datasets datasets) {
        this.datasets = datasets;
    }

    /** One input, checked but not yet a version. */
    private record Read(
            String name,
            String digest,
            String sourceType,
            String source,
            @Nullable String schema,
            @Nullable String profile,
            @Nullable String context,
            String tags) {
        DatasetInput with(Uid version) {
            return new DatasetInput(version, name, digest, sourceType, source, schema, profile, context, tags);
        }

        /** Clients may leave the digest out: then what they say of the data set is all that tells versions apart. */
        String identity() {
            return digest.isEmpty() ? sha256(source + '\0' + schema + '\0' + profile) : digest;
        }
    }

    /** All are checked before the first new version is made. */
    List<DatasetInput> read(Call call, String field) {
        List<Read> inputs = call.message().messages(field).stream()
                .map(DatasetReader::input)
                .toList();
        if (inputs.isEmpty()) {
            return List.of();
        }
        Permit permit = call.exchange().require(Permission.DATASET_VERSION_WRITE, Resource.in(call.project()));
        var read = new ArrayList<DatasetInput>();
        for (Read input : inputs) {
            boolean keepsProfile = input.profile != null && input.profile.length() <= Datasets.MAX_SCHEMA;
            var content = new Datasets.Content(
                    input.identity(),
                    input.sourceType,
                    input.source,
                    null,
                    null,
                    null,
                    null,
                    input.schema == null ? "" : input.schema,
                    keepsProfile ? input.profile : null);
            read.add(input.with(datasets.versionRead(permit, call.project(), input.name, content)));
        }
        return read;
    }

    private static Read input(Message input) {
        Message dataset = input.message("dataset").orElseThrow(() -> input.missing("dataset"));
        var tags = Json.MAPPER.createObjectNode();
        input.labels("tags")
                .forEach((key, value) ->
                        tags.put(Checks.length("key", key, MAX_TAG_KEY), Checks.length("value", value, MAX_TAG_VALUE)));
        return new Read(
                Checks.length("name", dataset.required("name"), MAX_NAME),
                Checks.length("digest", dataset.text("digest"), MAX_DIGEST),
                Checks.length("source_type", dataset.text("source_type"), MAX_NAME),
                Checks.length("source", dataset.text("source"), MAX_SOURCE),
                optional(dataset, "schema", MAX_SCHEMA),
                optional(dataset, "profile", MAX_PROFILE),
                tags.path(RunWriter.CONTEXT).textValue(),
                tags.toString());
    }

    private static @Nullable String optional(Message dataset, String field, int most) {
        return dataset.optional(field)
                .map(text -> Checks.length(field, text, most))
                .orElse(null);
    }

    private static String sha256(String text) {
        return HexFormat.of().formatHex(Hashing.sha256(text.getBytes(StandardCharsets.UTF_8)));
    }
}
