package dev.clew.server.decisions;

import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Receipt;
import dev.clew.server.storage.Database;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Schemas, all in memory: they are few, small and never change. Thread-safe. */
final class Schemas {
    /**
     * A schema with what is looked up in it for every record.
     *
     * @param names of its features, in order
     * @param types of its features, as texts
     */
    record Indexed(Schema schema, Map<String, Integer> positions, List<String> names, List<String> types) {
        static Indexed of(Schema schema) {
            return new Indexed(
                    schema,
                    schema.positions(),
                    schema.features().stream().map(Schema.Feature::name).toList(),
                    schema.features().stream()
                            .map(feature -> feature.type().text())
                            .toList());
        }

        /** Position of a feature, or −1; found at once where it is expected. */
        int position(String name, int expected) {
            if (expected < names.size() && names.get(expected).equals(name)) {
                return expected;
            }
            Integer position = positions.get(name);
            return position == null ? -1 : position;
        }

        /** Whether it is what is taken from a record of this owner whose names are known to be its. */
        private boolean isTakenFrom(
                @Nullable Uid version, int scope, List<@Nullable Object> values, List<String> classes) {
            if (schema.declared()
                    || schema.scope() != scope
                    || !schema.owner().equals(version == null ? Schema.NO_OWNER : version)
                    || values.size() != names.size()
                    || !classes.equals(schema.classes())) {
                return false;
            }
            for (int i = 0; i < values.size(); i++) {
                if (typeOf(values.get(i)) != schema.features().get(i).type()) {
                    return false;
                }
            }
            return true;
        }
    }

    private static FeatureType typeOf(@Nullable Object value) {
        return value == null ? FeatureType.DOUBLE : FeatureType.of(value);
    }

    private static final int MAX_SHAPES = 1_000;

    private final Journal journal;
    private final Map<Uid, Indexed> byUid = new ConcurrentHashMap<>();
    private final Map<Uid, Indexed> declared = new ConcurrentHashMap<>();
    private final Map<Shape, Indexed> ofShape = new ConcurrentHashMap<>();

    /** What makes a schema that is taken from a record. Looked up for every record without a declared schema, so not by its digest. */
    private record Shape(Uid owner, int scope, List<String> names, List<FeatureType> types, List<String> classes) {}

    Schemas(Journal journal, Database database) {
        this.journal = journal;
        database.read(sql -> sql.query(
                                "SELECT decision_schema, owner, scope, declared, features, classes FROM decision_schema ORDER BY decision_schema")
                        .list(Schema.SCHEMAS::read))
                .forEach(this::remember);
    }

    Optional<Indexed> byUid(Uid uid) {
        return Optional.ofNullable(byUid.get(uid));
    }

    Optional<Indexed> declaredFor(@Nullable Uid version) {
        return version == null ? Optional.empty() : Optional.ofNullable(declared.get(version));
    }

    Receipt<Schema> declare(
            Permit permit, Uid version, int scope, List<Schema.Feature> features, List<String> classes, Uid uid) {
        check(features);
        var receipt = journal.write(
                permit,
                new SchemaCommand(new Schema(uid, version, scope, true, List.copyOf(features), List.copyOf(classes))));
        remember(receipt.answer());
        return receipt;
    }

    /**
     * The schema of exactly these features, in this order, taken from a record; made on first sight.
     *
     * @param before schema of a record with the same names, or null
     */
    Indexed taken(
            @Nullable Uid version,
            int scope,
            List<String> names,
            List<@Nullable Object> values,
            List<String> classes,
            @Nullable Indexed before) {
        if (before != null && before.isTakenFrom(version, scope, values, classes)) {
            return before;
        }
        var types = new ArrayList<FeatureType>(values.size());
        for (Object value : values) {
            types.add(typeOf(value));
        }
        var shape = new Shape(version == null ? Schema.NO_OWNER : version, scope, names, types, classes);
        Indexed known = ofShape.get(shape);
        if (known != null) {
            return known;
        }
        Indexed schema = taken(shape);
        if (ofShape.size() < MAX_SHAPES) {
            ofShape.put(
                    new Shape(shape.owner, scope, List.copyOf(names), List.copyOf(types), List.copyOf(classes)),
                    schema);
        }
        return schema;
    }

    private Indexed taken(Shape shape) {
        var features = new ArrayList<Schema.Feature>(shape.names.size());
        for (int i = 0; i < shape.names.size(); i++) {
            features.add(new Schema.Feature(shape.names.get(i), shape.types.get(i), Sensitivity.DIRECT));
        }
        Uid uid = digest(shape.owner, shape.scope, features, shape.classes);
        Indexed known = byUid.get(uid);
        if (known != null) {
            return known;
        }
        check(features);
        var schema =
                new Schema(uid, shape.owner, shape.scope, false, List.copyOf(features), List.copyOf(shape.classes));
        return remember(
                journal.write(Permit.system(Permission.DECISION_SCHEMA_WRITE, shape.scope), new SchemaCommand(schema))
                        .answer());
    }

    private Indexed remember(Schema schema) {
        Indexed indexed = Indexed.of(schema);
        byUid.put(schema.uid(), indexed);
        if (schema.declared()) {
            declared.put(schema.owner(), indexed);
        }
        return indexed;
    }

    private static void check(List<Schema.Feature> features) {
        if (features.size() > Schema.MAX_FEATURES) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT, "A schema has at most %d features.".formatted(Schema.MAX_FEATURES));
        }
        var names = new HashSet<String>();
        for (Schema.Feature feature : features) {
            if (feature.name().isEmpty() || feature.name().length() > 250 || !names.add(feature.name())) {
                throw new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "Feature \"%s\" is named twice, not at all, or with more than 250 characters."
                                .formatted(feature.name()));
            }
        }
    }

    private static Uid digest(Uid owner, int scope, List<Schema.Feature> features, List<String> classes) {
        MessageDigest sha256 = Hashing.newSha256();
        sha256.update(owner.bytes());
        sha256.update((byte) (scope >>> 24));
        sha256.update((byte) (scope >>> 16));
        sha256.update((byte) (scope >>> 8));
        sha256.update((byte) scope);
        for (Schema.Feature feature : features) {
            sha256.update(feature.name().getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) 0);
            sha256.update((byte) feature.type().ordinal());
        }
        for (String name : classes) {
            sha256.update((byte) 1);
            sha256.update(name.getBytes(StandardCharsets.UTF_8));
        }
        return Uid.of(Arrays.copyOf(sha256.digest(), 16));
    }
}
