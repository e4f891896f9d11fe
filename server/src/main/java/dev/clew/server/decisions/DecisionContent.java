package dev.clew.server.decisions;

import dev.clew.ledger.encoding.CborProfile;
import dev.clew.ledger.encoding.CborReader;
import dev.clew.server.common.FieldMap;
import dev.clew.server.common.Uid;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a decision's sealed body says ({@code decision/1}): a map of field numbers in the value profile, absent for null.
 *
 * @param schema null when it is the declared schema of the model version
 * @param features by position of the schema, null = missing
 * @param scores by position of the schema's classes
 * @param policyVersion with {@code policy}
 * @param version the model version as resolved, null when it is the deployment's
 */
record DecisionContent(
        long eventMicros,
        @Nullable String clientId,
        @Nullable Uid schema,
        List<@Nullable Object> features,
        @Nullable String outcome,
        @Nullable Double score,
        List<Double> scores,
        @Nullable String label,
        @Nullable Double threshold,
        List<String> rules,
        @Nullable Uid policy,
        @Nullable String policyVersion,
        Resolution resolution,
        @Nullable Uid version,
        @Nullable String requestId,
        @Nullable Long row,
        byte @Nullable [] traceId,
        @Nullable Uid parent,
        @Nullable Uid caseId,
        int status,
        @Nullable String error,
        @Nullable Long latencyMicros,
        @Nullable Integer decisive,
        DecisionInput.@Nullable Human human,
        int flags,
        int source,
        @Nullable String legalBasis,
        @Nullable String retention,
        @Nullable Double weight) {
    static final String MEDIA_TYPE = "decision/1";
    static final int SHADOW = 1;
    static final int LATE = 2;
    static final int REPLAY = 4;

    /** How the deployment was found: field 12. */
    enum Resolution {
        NONE,
        DEPLOYMENT,
        ENDPOINT,
        VERSION
    }

    /** Canonical bytes; the event time is their first field. */
    byte[] encode() {
        return encode(new FieldMap());
    }

    /** As {@link #encode()}, for many one after the other: the map is emptied first. */
    byte[] encode(FieldMap out) {
        out.reset();
        out.put(1, eventMicros);
        out.put(2, clientId);
        out.put(3, schema);
        out.put(4, features);
        out.put(5, outcome);
        out.put(6, score);
        out.put(7, scores.isEmpty() ? null : scores);
        out.put(8, label);
        out.put(9, threshold);
        out.put(10, rules.isEmpty() ? null : rules);
        out.put(11, policy == null ? null : policyVersion == null ? List.of(policy) : List.of(policy, policyVersion));
        out.put(12, (long) resolution.ordinal());
        out.put(13, version);
        out.put(14, requestId);
        out.put(15, row);
        out.put(16, traceId);
        out.put(17, parent);
        out.put(18, caseId);
        out.put(19, (long) status);
        out.put(20, error);
        out.put(21, latencyMicros);
        out.put(22, decisive == null ? null : (long) decisive);
        out.put(23, human == null ? null : human(human));
        out.put(26, flags == 0 ? null : (long) flags);
        out.put(27, source == 0 ? null : (long) source);
        out.put(28, legalBasis);
        out.put(29, retention);
        out.put(30, weight);
        return out.toBytes();
    }

    /** Where the second field begins: what follows is equal for decisions that are equal but for their event time. */
    static int afterTime(byte[] body) {
        var in = new CborReader(CborProfile.VALUE, body);
        in.mapHead();
        in.uint();
        in.integer();
        return in.position();
    }

    static DecisionContent decode(byte[] body) {
        Map<Long, Object> map = FieldMap.read(body);
        List<?> policy = (List<?>) map.get(11L);
        List<?> human = (List<?>) map.get(23L);
        return new DecisionContent(
                FieldMap.longOf(map, 1, 0),
                (String) map.get(2L),
                FieldMap.uid(map.get(3L)),
                FieldMap.list(map.get(4L)),
                (String) map.get(5L),
                (Double) map.get(6L),
                FieldMap.doubles(map.get(7L)),
                (String) map.get(8L),
                (Double) map.get(9L),
                FieldMap.texts(map.get(10L)),
                policy == null ? null : FieldMap.uid(policy.get(0)),
                policy == null || policy.size() < 2 ? null : (String) policy.get(1),
                Resolution.values()[(int) FieldMap.longOf(map, 12, 0)],
                FieldMap.uid(map.get(13L)),
                (String) map.get(14L),
                (Long) map.get(15L),
                (byte[]) map.get(16L),
                FieldMap.uid(map.get(17L)),
                FieldMap.uid(map.get(18L)),
                (int) FieldMap.longOf(map, 19, 0),
                (String) map.get(20L),
                (Long) map.get(21L),
                map.get(22L) == null ? null : (int) FieldMap.longOf(map, 22, 0),
                human == null
                        ? null
                        : new DecisionInput.Human(
                                (String) human.get(0), (String) human.get(1), (String) human.get(2), (Long)
                                        human.get(3)),
                (int) FieldMap.longOf(map, 26, 0),
                (int) FieldMap.longOf(map, 27, 0),
                (String) map.get(28L),
                (String) map.get(29L),
                (Double) map.get(30L));
    }

    private static List<@Nullable Object> human(DecisionInput.Human human) {
        return Arrays.asList(human.reviewer(), human.action(), human.reason(), human.micros());
    }
}
