package dev.clew.server.datasets;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Table;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The content of a data set at one time. Never changes.
 *
 * @param uid SHA-256 over the digest's text and the data set's uid
 * @param digest as its source names it: SHA-256 in hexadecimal, or a shorter digest of a foreign client
 * @param sha256 of the content, when it is known
 * @param fields schema: a JSON array of {@code {name, type}}, or what a foreign client calls the schema
 * @param profile JSON of a foreign client, or null
 */
record DatasetVersion(
        Uid uid,
        Uid dataset,
        int scope,
        String digest,
        byte @Nullable [] sha256,
        String sourceType,
        String source,
        @Nullable String format,
        @Nullable String license,
        @Nullable Long rows,
        @Nullable Long bytes,
        String fields,
        @Nullable String profile,
        long createdAt,
        String createdBy) {
    static final Table<DatasetVersion> VERSIONS = Table.<DatasetVersion>state("dataset_version")
            .key(1, "version", BLOB, row -> row.uid().bytes())
            .column(2, "dataset", BLOB, row -> row.dataset().bytes())
            .column(3, "scope", INTEGER, row -> (long) row.scope())
            .column(4, "digest", TEXT, DatasetVersion::digest)
            .column(5, "sha256", BLOB, DatasetVersion::sha256)
            .column(6, "source_type", TEXT, DatasetVersion::sourceType)
            .column(7, "source", TEXT, DatasetVersion::source)
            .column(8, "format", TEXT, DatasetVersion::format)
            .column(9, "license", TEXT, DatasetVersion::license)
            .column(10, "row_count", INTEGER, DatasetVersion::rows)
            .column(11, "byte_count", INTEGER, DatasetVersion::bytes)
            .column(12, "fields", TEXT, DatasetVersion::fields)
            .column(13, "profile", TEXT, DatasetVersion::profile)
            .column(14, "created_at", INTEGER, DatasetVersion::createdAt)
            .column(15, "created_by", TEXT, DatasetVersion::createdBy)
            .reads(row -> new DatasetVersion(
                    row.uid("version"),
                    row.uid("dataset"),
                    (int) row.integer("scope"),
                    row.text("digest"),
                    row.bytesOrNull("sha256"),
                    row.text("source_type"),
                    row.text("source"),
                    row.textOrNull("format"),
                    row.textOrNull("license"),
                    row.integerOrNull("row_count"),
                    row.integerOrNull("byte_count"),
                    row.text("fields"),
                    row.textOrNull("profile"),
                    row.integer("created_at"),
                    row.text("created_by")));
    static final String COLUMNS =
            "version, dataset, scope, digest, sha256, source_type, source, format, license, row_count,"
                    + " byte_count, fields, profile, created_at, created_by";

    Node node() {
        return Node.of(Kind.DATASET_VERSION, uid);
    }

    static Uid uid(Uid dataset, String digest) {
        MessageDigest sha256 = Hashing.newSha256();
        sha256.update(digest.getBytes(StandardCharsets.UTF_8));
        return Uid.of(sha256.digest(dataset.bytes()));
    }
}
