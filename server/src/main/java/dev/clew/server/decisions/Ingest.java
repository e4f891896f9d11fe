package dev.clew.server.decisions;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.encoding.CborProfile;
import dev.clew.ledger.encoding.CborWriter;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.FieldMap;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Rel;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.HotRecord;
import dev.clew.server.journal.Journal;
import dev.clew.server.ports.DecisionInputs;
import dev.clew.server.vault.SealedRecords;
import dev.clew.server.vault.Subject;
import dev.clew.server.vault.Vault;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** From parsed items to durable records: resolve, type, encode, seal, submit. Runs on the request's thread. Thread-safe. */
final class Ingest {
    /** Event times may lie this far ahead of the receipt. */
    private static final long MAX_AHEAD_MICROS = 24L * 3_600 * 1_000_000;

    private static final byte[] NOTHING = new byte[0];

    /** What stands for the content of a record that no other can be equal to. */
    private static final byte[] NO_CONTENT = new byte[32];

    /** Class of bucket keys of records without a subject. */
    private static final String DATA_CLASS = "decision";

    /** Who sends, from where, to where. */
    record Sender(Permit permit, String namespace, int workspace, int project) {
        SealedRecords.Sender recordSender() {
            return new SealedRecords.Sender(permit.who(), permit.onBehalfOf(), project);
        }
    }

    private final Journal journal;
    private final Vault vault;
    private final Resolver resolver;
    private final Schemas schemas;
    private final InstantSource clock;
    private final long lateMicros;

    /** One item on its way. */
    private static final class Prepared {
        final DecisionInput input;
        final Uid id;
        Resolver.Resolved resolved = Resolver.Resolved.NOTHING;
        Schemas.@Nullable Indexed schema;

        @Nullable
        DecisionContent content;

        @Nullable
        Subject subject;

        byte[] body = new byte[0];
        byte @Nullable [] attributes;
        HotRecord record = NONE;

        @Nullable
        HotRecord attributesRecord;

        private static final HotRecord NONE = new HotRecord(
                Uid.of(new byte[16]),
                Act.DECISION_RECORD,
                new byte[0],
                new byte[0],
                new byte[16],
                null,
                null,
                new byte[0],
                0);

        Prepared(DecisionInput input, Uid id) {
            this.input = input;
            this.id = id;
        }
    }

    Ingest(Journal journal, Vault vault, Resolver resolver, Schemas schemas, InstantSource clock, long lateMicros) {
        this.journal = journal;
        this.vault = vault;
        this.resolver = resolver;
        this.schemas = schemas;
        this.clock = clock;
        this.lateMicros = lateMicros;
    }

    /** What a request's items became, and what is handed over in memory. */
    record Outcome(List<ItemStatus> statuses, List<DecisionInputs.Opened> opened) {}

    Outcome ingest(Sender sender, List<DecisionInput> items) {
        Instant now = clock.instant();
        long nowMicros = ChronoUnit.MICROS.between(Instant.EPOCH, now);
        var prepared = new ArrayList<Prepared>(items.size());
        List<Uid> ids = Uid.next(now.toEpochMilli(), items.size());
        var room = new FieldMap();
        Prepared before = null;
        for (int i = 0; i < items.size(); i++) {
            DecisionInput item = items.get(i);
            var one = new Prepared(item, ids.get(i));
            if (item.problem == null) {
                prepare(sender, one, before, room, nowMicros);
                before = one;
            }
            prepared.add(one);
        }
        var valid = prepared.stream().filter(one -> one.input.problem == null).toList();
        if (!valid.isEmpty()) {
            seal(sender, valid, nowMicros, Act.DECISION_RECORD, List.of());
        }
        var results = valid.isEmpty()
                ? List.<RecordCommand.Result>of()
                : journal.write(sender.permit(), new RecordCommand(items(valid)))
                        .answer();
        return answer(sender, prepared, valid, results, nowMicros);
    }

    /**
     * Resolves, types and encodes one item.
     *
     * @param before the item before, which is mostly alike
     */
    private void prepare(Sender sender, Prepared one, @Nullable Prepared before, FieldMap room, long nowMicros) {
        DecisionInput item = one.input;
        if (item.subjectId != null) {
            try {
                one.subject = new Subject(Objects.requireNonNull(item.subjectNamespace), item.subjectId);
            } catch (ClewException e) {
                item.problem = String.valueOf(e.getMessage());
                return;
            }
        }
        long eventMicros = item.eventMicros == null ? nowMicros : item.eventMicros;
        if (eventMicros > nowMicros + MAX_AHEAD_MICROS) {
            item.problem = "event_time lies more than 24 h in the future; set the sender's clock";
            return;
        }
        one.resolved = resolver.resolve(item, sender.workspace(), sender.project(), eventMicros);
        if (item.problem != null) {
            return;
        }
        var schema = schemas.declaredFor(one.resolved.version())
                .orElseGet(() -> schemas.taken(
                        one.resolved.version(),
                        sender.project(),
                        item.names,
                        item.values,
                        item.scoreNames,
                        before != null && before.input.names == item.names ? before.schema : null));
        List<@Nullable Object> features = features(item, schema);
        List<Double> scores = scores(item, schema.schema().classes());
        if (item.problem != null) {
            return;
        }
        boolean late = eventMicros < nowMicros - lateMicros;
        one.schema = schema;
        var content = new DecisionContent(
                eventMicros,
                item.clientId,
                schema.schema().declared() ? null : schema.schema().uid(),
                features,
                item.outcome,
                item.score,
                scores,
                item.label,
                item.threshold,
                List.copyOf(item.rules),
                item.policy,
                item.policyVersion,
                one.resolved.how(),
                one.resolved.deployment() == null || one.resolved.how() == DecisionContent.Resolution.VERSION
                        ? one.resolved.version()
                        : null,
                item.requestId,
                item.row,
                item.traceId,
                item.parent,
                item.caseId,
                item.status,
                item.error,
                item.latencyMicros,
                item.decisive,
                item.human,
                (item.shadow ? DecisionContent.SHADOW : 0) | (late ? DecisionContent.LATE : 0),
                item.source,
                item.legalBasis,
                item.retention,
                item.weight);
        one.content = content;
        one.body = content.encode(room);
        one.attributes = item.protectedNames.isEmpty() ? null : attributes(item, nowMicros);
    }

    private static List<@Nullable Object> features(DecisionInput item, Schemas.Indexed schema) {
        @Nullable Object[] features = new Object[schema.schema().features().size()];
        for (int i = 0; i < item.names.size(); i++) {
            String name = item.names.get(i);
            int position = schema.position(name, i);
            if (position < 0) {
                item.problem = "feature \"%s\" is not in the schema of the model version".formatted(name);
                return List.of();
            }
            Object value = item.values.get(i);
            if (value == null) {
                continue;
            }
            FeatureType type = schema.schema().features().get(position).type();
            Object typed = type.coerce(value);
            if (typed == null) {
                item.problem =
                        "feature \"%s\" must be %s by the schema of the model version".formatted(name, type.text());
                return List.of();
            }
            features[position] = typed;
        }
        return Arrays.asList(features);
    }

    private static List<Double> scores(DecisionInput item, List<String> classes) {
        if (item.scoreNames.isEmpty()) {
            return List.of();
        }
        Double[] scores = new Double[classes.size()];
        Arrays.fill(scores, Double.NaN);
        for (int i = 0; i < item.scoreNames.size(); i++) {
            int position = classes.indexOf(item.scoreNames.get(i));
            if (position < 0) {
                item.problem =
                        "scores names class \"%s\", which the schema does not have".formatted(item.scoreNames.get(i));
                return List.of();
            }
            scores[position] = item.scoreValues.get(i);
        }
        return List.of(scores);
    }

    private static byte[] attributes(DecisionInput item, long nowMicros) {
        var pairs = new ArrayList<List<Object>>();
        for (int i = 0; i < item.protectedNames.size(); i++) {
            pairs.add(List.of(item.protectedNames.get(i), item.protectedValues.get(i)));
        }
        pairs.sort(Comparator.comparing(pair -> (String) pair.getFirst()));
        return new FieldMap().put(1, pairs).put(3, nowMicros).toBytes();
    }

    /** Seals all bodies at once and makes the records; with {@code firsts}, as conflicts with those. */
    private void seal(Sender sender, List<Prepared> all, long nowMicros, Act act, List<Uid> firsts) {
        var payloads = new ArrayList<Vault.Plain>();
        for (Prepared one : all) {
            payloads.add(plain(sender, one, DecisionContent.MEDIA_TYPE, one.body, nowMicros));
            if (one.attributes != null) {
                payloads.add(plain(sender, one, "attributes/1", one.attributes, nowMicros));
            }
        }
        var sealed = vault.sealAll(sender.namespace(), payloads).iterator();
        var room = new CborWriter(CborProfile.LEAF);
        SealedRecords.Sender recordSender = sender.recordSender();
        for (int i = 0; i < all.size(); i++) {
            Prepared one = all.get(i);
            @Nullable Uid first = firsts.isEmpty() ? null : firsts.get(i);
            SealedRecords.Names names = first != null
                    ? new SealedRecords.Names(Rel.CONFLICTS, Node.of(Kind.DECISION, first))
                    : names(one.resolved);
            Vault.Sealed body = sealed.next();
            one.record = SealedRecords.record(
                    room,
                    one.id,
                    act,
                    recordSender,
                    names,
                    body,
                    first,
                    first == null ? clientKey(sender, one.input) : null,
                    contentDigest(one, body));
            if (one.attributes != null) {
                byte[] attributes = one.attributes;
                one.attributesRecord = SealedRecords.record(
                        room,
                        Uid.next(one.id.epochMillis()),
                        Act.DECISION_ATTRIBUTES,
                        recordSender,
                        new SealedRecords.Names(Rel.ON, Node.of(Kind.DECISION, one.id)),
                        sealed.next(),
                        one.id,
                        null,
                        SealedRecords.digest(attributes));
            }
        }
    }

    private static Vault.Plain plain(Sender sender, Prepared one, String mediaType, byte[] bytes, long nowMicros) {
        return one.subject == null
                ? new Vault.Plain.Bucketed(sender.project(), DATA_CLASS, nowMicros, mediaType, bytes)
                : new Vault.Plain.Personal(one.subject, mediaType, bytes);
    }

    private static SealedRecords.@Nullable Names names(Resolver.Resolved resolved) {
        if (resolved.deployment() != null) {
            return new SealedRecords.Names(Rel.BY, Node.of(Kind.DEPLOYMENT, resolved.deployment()));
        }
        if (resolved.version() != null) {
            return new SealedRecords.Names(Rel.OF, Node.of(Kind.MODEL_VERSION, resolved.version()));
        }
        return null;
    }

    private byte @Nullable [] clientKey(Sender sender, DecisionInput input) {
        return input.clientId == null ? null : clientKey(vault, sender.namespace(), sender.project(), input.clientId);
    }

    static byte[] clientKey(Vault vault, String namespace, int scope, String clientId) {
        byte[] text = clientId.getBytes(StandardCharsets.UTF_8);
        byte[] data =
                ByteBuffer.allocate(4 + text.length).putInt(scope).put(text).array();
        return Arrays.copyOf(vault.index(namespace, data), 16);
    }

    /**
     * Equal for equal repeats: the body without a time the client did not give, the subject, the protected attributes. A subject's key id
     * stands for the subject: it is hers as long as anything of her can be repeated.
     */
    private static byte[] contentDigest(Prepared one, Vault.Sealed sealed) {
        if (one.input.clientId == null) {
            return NO_CONTENT;
        }
        byte[] body = one.body;
        int from = one.input.eventMicros == null ? DecisionContent.afterTime(body) : 0;
        byte[] subject = one.subject == null ? NOTHING : sealed.keyId();
        MessageDigest sha = Hashing.threadSha256();
        sha.reset();
        length(sha, body.length - from);
        sha.update(body, from, body.length - from);
        length(sha, subject.length);
        sha.update(subject);
        if (one.attributes != null) {
            sha.update(attributes(one.input, 0));
        }
        return sha.digest();
    }

    /** Four bytes, so that no two contents read as one. */
    private static void length(MessageDigest sha, int length) {
        sha.update((byte) (length >>> 24));
        sha.update((byte) (length >>> 16));
        sha.update((byte) (length >>> 8));
        sha.update((byte) length);
    }

    private static List<RecordCommand.Item> items(List<Prepared> valid) {
        return valid.stream()
                .map(one -> new RecordCommand.Item(one.record, one.attributesRecord))
                .toList();
    }

    private Outcome answer(
            Sender sender,
            List<Prepared> prepared,
            List<Prepared> valid,
            List<RecordCommand.Result> results,
            long nowMicros) {
        var conflicts = new ArrayList<Prepared>();
        var firsts = new ArrayList<Uid>();
        for (int i = 0; i < valid.size(); i++) {
            if (results.get(i) instanceof RecordCommand.Result.Conflict conflict) {
                conflicts.add(valid.get(i));
                firsts.add(conflict.first());
            }
        }
        if (!conflicts.isEmpty()) {
            // Both are kept: the second is sealed anew as a conflict that names the first.
            seal(sender, conflicts, nowMicros, Act.DECISION_CONFLICT, firsts);
            journal.write(sender.permit(), new RecordCommand(items(conflicts)));
        }
        var statuses = new ArrayList<ItemStatus>(prepared.size());
        var opened = new ArrayList<DecisionInputs.Opened>();
        int at = 0;
        for (Prepared one : prepared) {
            if (one.input.problem != null) {
                statuses.add(ItemStatus.invalid(one.input.problem));
                continue;
            }
            switch (results.get(at++)) {
                case RecordCommand.Result.Created _ -> {
                    statuses.add(ItemStatus.created(one.id, digest(one.record)));
                    opened.add(opened(sender, one));
                }
                case RecordCommand.Result.Duplicate duplicate ->
                    statuses.add(ItemStatus.duplicate(duplicate.first(), digestOf(duplicate.first())));
                case RecordCommand.Result.Conflict conflict ->
                    statuses.add(ItemStatus.conflict(one.id, digest(one.record), conflict.first()));
            }
        }
        return new Outcome(statuses, opened);
    }

    private static DecisionInputs.Opened opened(Sender sender, Prepared one) {
        Schemas.Indexed schema = Objects.requireNonNull(one.schema);
        return Openings.opened(
                one.id,
                sender.namespace(),
                sender.project(),
                one.record.keyId(),
                one.resolved.deployment(),
                one.resolved.version(),
                schema,
                Objects.requireNonNull(one.content));
    }

    private static String digest(HotRecord record) {
        return HexFormat.of().formatHex(record.digest());
    }

    /** Of a record that is stored already: the digest that its receipt said. */
    private String digestOf(Uid id) {
        return journal.records()
                .find(id)
                .map(first -> HexFormat.of().formatHex(SealedRecords.digest(first.submission())))
                .orElseThrow(() -> new ClewException(
                        ErrorCode.STALE,
                        "The first record under a client_id was dropped meanwhile; send the item again."));
    }
}
