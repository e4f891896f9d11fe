package dev.clew.server.decisions;

import dev.clew.ledger.encoding.Submission;
import dev.clew.server.common.Uid;
import dev.clew.server.ports.Deployments;
import dev.clew.server.ports.Records;
import dev.clew.server.ports.Versions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes views of opened decisions. Masked ones keep the result and leave out everything that is of a person. */
final class Views {
    private Views() {}

    static DecisionView of(
            Records.Stored record,
            Submission submission,
            Optional<DecisionContent> content,
            Optional<Schema> schema,
            Optional<Deployments.Serving> deployment,
            Optional<Versions.Version> version,
            @Nullable Map<String, Object> protectedAttributes,
            boolean masked,
            boolean reveal) {
        return content.map(c -> opened(
                        record,
                        submission,
                        c,
                        schema,
                        deployment,
                        version,
                        masked ? null : protectedAttributes,
                        !masked,
                        reveal))
                .orElseGet(() -> erased(record, submission, deployment, version, masked));
    }

    /** Only the open part is left. */
    private static DecisionView erased(
            Records.Stored record,
            Submission submission,
            Optional<Deployments.Serving> deployment,
            Optional<Versions.Version> version,
            boolean masked) {
        return new DecisionView(
                record.id().dashed(),
                masked,
                true,
                time(record.micros()),
                submission.who(),
                seq(record),
                index(record),
                Decisions.digest(record),
                deployment.map(d -> d.uid().dashed()).orElse(null),
                deployment.map(Deployments.Serving::endpointName).orElse(null),
                version.map(Versions.Version::modelName).orElse(null),
                version.map(Versions.Version::number).orElse(null),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private static DecisionView opened(
            Records.Stored record,
            Submission submission,
            DecisionContent c,
            Optional<Schema> schema,
            Optional<Deployments.Serving> deployment,
            Optional<Versions.Version> version,
            @Nullable Map<String, Object> protectedAttributes,
            boolean personal,
            boolean reveal) {
        return new DecisionView(
                record.id().dashed(),
                !personal,
                false,
                time(record.micros()),
                submission.who(),
                seq(record),
                index(record),
                Decisions.digest(record),
                deployment.map(d -> d.uid().dashed()).orElse(null),
                deployment.map(Deployments.Serving::endpointName).orElse(null),
                version.map(Versions.Version::modelName).orElse(null),
                version.map(Versions.Version::number).orElse(null),
                time(c.eventMicros()),
                personal && reveal ? c.clientId() : null,
                personal ? features(c, schema) : null,
                c.outcome(),
                c.score(),
                scores(c, schema),
                personal ? c.label() : null,
                c.threshold(),
                c.rules(),
                policy(c),
                c.resolution().name().toLowerCase(Locale.ROOT),
                personal ? c.requestId() : null,
                personal ? c.row() : null,
                hex(c.traceId()),
                dashed(c.parent()),
                dashed(c.caseId()),
                DecisionInput.STATUS.get(c.status()),
                personal ? c.error() : null,
                c.latencyMicros(),
                decisive(c.decisive()),
                personal ? human(c.human()) : null,
                (c.flags() & DecisionContent.SHADOW) != 0,
                (c.flags() & DecisionContent.LATE) != 0,
                DecisionInput.SOURCES.get(c.source()),
                c.legalBasis(),
                c.retention(),
                c.weight(),
                protectedAttributes);
    }

    private static @Nullable Long seq(Records.Stored record) {
        return record.seq() < 0 ? null : record.seq();
    }

    private static @Nullable Integer index(Records.Stored record) {
        return record.seq() < 0 ? null : record.index();
    }

    private static @Nullable String hex(byte @Nullable [] bytes) {
        return bytes == null ? null : HexFormat.of().formatHex(bytes);
    }

    private static @Nullable String decisive(@Nullable Integer decisive) {
        return decisive == null ? null : DecisionInput.DECISIVE.get(decisive);
    }

    private static @Nullable Map<String, @Nullable Object> features(DecisionContent content, Optional<Schema> schema) {
        if (schema.isEmpty()) {
            return null;
        }
        var features = new LinkedHashMap<String, @Nullable Object>();
        for (int i = 0; i < content.features().size(); i++) {
            features.put(
                    schema.get().features().get(i).name(), content.features().get(i));
        }
        return features;
    }

    private static @Nullable Map<String, Double> scores(DecisionContent content, Optional<Schema> schema) {
        if (schema.isEmpty() || content.scores().isEmpty()) {
            return null;
        }
        var scores = new LinkedHashMap<String, Double>();
        List<String> classes = schema.get().classes();
        for (int i = 0; i < classes.size(); i++) {
            scores.put(classes.get(i), content.scores().get(i));
        }
        return scores;
    }

    private static @Nullable Map<String, @Nullable Object> policy(DecisionContent content) {
        if (content.policy() == null) {
            return null;
        }
        var policy = new LinkedHashMap<String, @Nullable Object>();
        policy.put("id", dashed(content.policy()));
        policy.put("version", content.policyVersion());
        return policy;
    }

    private static @Nullable Map<String, @Nullable Object> human(DecisionInput.@Nullable Human human) {
        if (human == null) {
            return null;
        }
        var map = new LinkedHashMap<String, @Nullable Object>();
        map.put("reviewer", human.reviewer());
        map.put("action", human.action());
        map.put("reason", human.reason());
        map.put("time", human.micros() == null ? null : time(human.micros()));
        return map;
    }

    private static @Nullable String dashed(@Nullable Uid uid) {
        return uid == null ? null : uid.dashed();
    }

    static Instant time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
