package dev.clew.server.datasets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Receipt;
import dev.clew.server.journal.Resolving;
import dev.clew.server.journal.Tables;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.storage.Database;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Data sets and their versions. Thread-safe; every call blocks for the store or the journal. */
public final class Datasets {
    /** Longest name, in characters. */
    public static final int MAX_NAME = 500;
    /** Longest digest, in characters. */
    public static final int MAX_DIGEST = 128;
    /** Longest schema or profile, in characters. */
    public static final int MAX_SCHEMA = 1 << 20;

    private static final int MAX_TEXT = 65_535;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern DIGEST_PREFIX = Pattern.compile("[0-9a-f]{8,63}");

    private final Journal journal;
    private final DatasetStore store;
    private final UnaryOperator<String> names;
    private final InstantSource clock;

    /** What this feature stores. */
    public static Tables tables() {
        return Tables.of(Dataset.DATASETS, DatasetVersion.VERSIONS, EvaluationSet.SETS, EvaluationRecord.RECORDS);
    }

    /** @param names what people call a principal */
    public Datasets(Journal journal, Database database, UnaryOperator<String> names, InstantSource clock) {
        this.journal = journal;
        this.store = new DatasetStore(database);
        this.names = names;
        this.clock = clock;
    }

    /**
     * What is known of a version.
     *
     * @param digest of the content: its SHA-256 in lower-case hexadecimal, or a foreign client's own digest
     * @param schema JSON
     * @param profile JSON, or null
     */
    public record Content(
            String digest,
            String sourceType,
            String source,
            @Nullable String format,
            @Nullable String license,
            @Nullable Long rows,
            @Nullable Long bytes,
            String schema,
            @Nullable String profile) {}

    /** Makes a data set, or finds the one of this name. */
    public Receipt<DatasetView> create(Permit permit, int scope, String name, String description) {
        requireText("name", name, 1, MAX_NAME);
        requireText("description", description, 0, MAX_TEXT);
        var row = new Dataset(Uid.next(clock.millis()), scope, name, description, clock.millis() * 1_000, permit.who());
        var receipt = Resolving.write(journal, permit, () -> new DatasetCommand.Create(row));
        return new Receipt<>(view(receipt.answer(), Optional.empty()), receipt.entries());
    }

    /**
     * Adds a version to a data set that exists; the one of this digest if it is there.
     *
     * @throws ClewException NOT_FOUND without such a data set
     */
    public Receipt<DatasetView.VersionView> addVersion(Permit permit, int scope, String name, Content content) {
        check(content);
        Dataset dataset = require(scope, name);
        var receipt = add(permit, dataset, content);
        return new Receipt<>(view(receipt.answer(), name), receipt.entries());
    }

    /**
     * The version a run read, as its client names it; made, with its data set, when it is new. A digest that begins the SHA-256 of a
     * known version names that version.
     */
    public Uid versionRead(Permit permit, int scope, String name, Content content) {
        check(content);
        Optional<Dataset> known = store.dataset(scope, name);
        if (known.isPresent()) {
            Optional<DatasetVersion> version = store.version(known.get().uid(), content.digest());
            if (version.isEmpty() && DIGEST_PREFIX.matcher(content.digest()).matches()) {
                version = store.versionBeginning(known.get().uid(), content.digest());
            }
            if (version.isPresent()) {
                return version.get().uid();
            }
        } else {
            create(permit, scope, name, "");
        }
        return add(permit, require(scope, name), content).answer().uid();
    }

    public Optional<DatasetView> get(int scope, String name) {
        return store.dataset(scope, name)
                .map(dataset -> view(
                        dataset, store.latest(List.of(dataset.uid())).stream().findFirst()));
    }

    /** By name, each with its newest version. */
    public List<DatasetView> list(AuthorizedScope scope, String after, int limit) {
        var datasets = store.page(scope, after, limit);
        var latest = store.latest(datasets.stream().map(Dataset::uid).toList()).stream()
                .collect(Collectors.toMap(DatasetVersion::dataset, version -> version));
        return datasets.stream()
                .map(dataset -> view(dataset, Optional.ofNullable(latest.get(dataset.uid()))))
                .toList();
    }

    /**
     * Newest first.
     *
     * @param after the last version of the page before, or null
     */
    public List<DatasetView.VersionView> versions(
            int scope, String name, DatasetView.@Nullable VersionView after, int limit) {
        Dataset dataset = require(scope, name);
        var page = after == null
                ? store.page(dataset.uid(), Long.MAX_VALUE, Uid.of(new byte[16]), limit)
                : store.page(dataset.uid(), micros(after.createdAt()), Uid.parse(after.id()), limit);
        return page.stream().map(version -> view(version, name)).toList();
    }

    /** By its digest, or eight or more of the first characters of its SHA-256. */
    public Optional<DatasetView.VersionView> version(int scope, String name, String digest) {
        return store.dataset(scope, name)
                .flatMap(dataset -> store.version(dataset.uid(), digest)
                        .or(() -> DIGEST_PREFIX.matcher(digest).matches()
                                ? store.versionBeginning(dataset.uid(), digest)
                                : Optional.empty()))
                .map(version -> view(version, name));
    }

    DatasetStore store() {
        return store;
    }

    private Receipt<DatasetVersion> add(Permit permit, Dataset dataset, Content content) {
        var row = new DatasetVersion(
                DatasetVersion.uid(dataset.uid(), content.digest()),
                dataset.uid(),
                dataset.scope(),
                content.digest(),
                SHA256.matcher(content.digest()).matches() ? HexFormat.of().parseHex(content.digest()) : null,
                content.sourceType(),
                content.source(),
                content.format(),
                content.license(),
                content.rows(),
                content.bytes(),
                content.schema(),
                content.profile(),
                clock.millis() * 1_000,
                permit.who());
        return Resolving.write(journal, permit, () -> new DatasetCommand.Add(row, dataset.name()));
    }

    private Dataset require(int scope, String name) {
        return store.dataset(scope, name)
                .orElseThrow(() -> new ClewException(
                        ErrorCode.NOT_FOUND,
                        "There is no data set %s in this project; make it with POST /api/clew/v1/datasets."
                                .formatted(name)));
    }

    private static void check(Content content) {
        requireText("digest", content.digest(), 1, MAX_DIGEST);
        requireText("source_type", content.sourceType(), 0, MAX_NAME);
        requireText("source", content.source(), 0, MAX_TEXT);
        requireText("schema", content.schema(), 0, MAX_SCHEMA);
        requireText("profile", String.valueOf(content.profile()), 0, MAX_SCHEMA);
        requireText("format", String.valueOf(content.format()), 0, MAX_NAME);
        requireText("license", String.valueOf(content.license()), 0, MAX_NAME);
        if ((content.rows() != null && content.rows() < 0) || (content.bytes() != null && content.bytes() < 0)) {
            throw new ClewException(ErrorCode.INVALID_ARGUMENT, "rows and bytes are counts: they are not negative.");
        }
    }

    private static void requireText(String field, String value, int least, int most) {
        if (value.length() < least || value.length() > most) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "%s has %d to %d characters, this one has %d.".formatted(field, least, most, value.length()));
        }
    }

    private DatasetView view(Dataset dataset, Optional<DatasetVersion> latest) {
        return new DatasetView(
                dataset.uid().dashed(),
                dataset.name(),
                dataset.description(),
                time(dataset.createdAt()),
                dataset.createdBy(),
                names.apply(dataset.createdBy()),
                latest.map(version -> view(version, dataset.name())).orElse(null));
    }

    private DatasetView.VersionView view(DatasetVersion version, String name) {
        byte[] sha256 = version.sha256();
        String profile = version.profile();
        return new DatasetView.VersionView(
                version.uid().hex(),
                name,
                version.digest(),
                sha256 == null ? null : HexFormat.of().formatHex(sha256),
                version.sourceType(),
                version.source(),
                version.format(),
                version.license(),
                version.rows(),
                version.bytes(),
                json(version.fields()),
                profile == null ? null : json(profile),
                time(version.createdAt()),
                version.createdBy(),
                names.apply(version.createdBy()));
    }

    /** Foreign clients send any text as schema. */
    private static JsonNode json(String text) {
        try {
            return text.isEmpty() ? Json.MAPPER.createArrayNode() : Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(text);
        }
    }

    private static Instant time(long micros) {
        return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1_000);
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }
}
