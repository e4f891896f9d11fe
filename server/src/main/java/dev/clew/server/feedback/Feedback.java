package dev.clew.server.feedback;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.encoding.Submission;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Rel;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.HotRecord;
import dev.clew.server.journal.Journal;
import dev.clew.server.ports.PersonalData;
import dev.clew.server.ports.Records;
import dev.clew.server.vault.SealedRecords;
import dev.clew.server.vault.Vault;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What happened after decisions. Thread-safe. Append-only: a later label supersedes, it never replaces. */
public final class Feedback {
    /** Most items of one request. */
    public static final int MAX_ITEMS = 4_096;

    private final Journal journal;
    private final Vault vault;
    private final Records records;
    private final UnaryOperator<String> names;
    private final InstantSource clock;

    /** What one item became: {@code created}, {@code duplicate}, {@code conflict} or {@code invalid}. */
    public record ItemStatus(
            @Nullable String id,
            @Nullable String decision,
            String status,
            @Nullable String digest,
            @Nullable String error) {}

    /** @param names what people call a principal */
    public Feedback(Journal journal, Vault vault, Records records, UnaryOperator<String> names, InstantSource clock) {
        this.journal = journal;
        this.vault = vault;
        this.records = records;
        this.names = names;
        this.clock = clock;
    }

    /** Records what was sent about decisions of a project; each item is answered by itself. */
    public List<ItemStatus> record(Permit permit, String namespace, int project, List<FeedbackInput> items) {
        var statuses = new ArrayList<@Nullable ItemStatus>();
        var hot = new ArrayList<HotRecord>();
        var decisions = new ArrayList<Uid>();
        for (FeedbackInput item : items) {
            Optional<Records.Stored> decision = find(namespace, project, String.valueOf(item.decision()));
            Optional<HotRecord> record = decision.flatMap(found -> seal(permit, namespace, found, item.content()));
            if (record.isPresent()) {
                hot.add(record.get());
                decisions.add(decision.get().id());
                statuses.add(null);
            } else {
                statuses.add(new ItemStatus(
                        null,
                        decision.map(found -> found.id().dashed()).orElse(null),
                        "invalid",
                        null,
                        decision.isEmpty()
                                ? "there is no decision %s in this project".formatted(item.decision())
                                : "the decision was erased; nothing can be added to it"));
            }
        }
        if (hot.isEmpty()) {
            return done(statuses);
        }
        var results = journal.write(permit, new FeedbackCommand(hot)).answer();
        int at = 0;
        for (int i = 0; i < statuses.size(); i++) {
            if (statuses.get(i) == null) {
                statuses.set(i, status(hot.get(at), decisions.get(at), results.get(at)));
                at++;
            }
        }
        return done(statuses);
    }

    /** All feedback on a decision, oldest first; what cannot be opened any more is left out. */
    public List<FeedbackView> of(Uid decision) {
        var views = new ArrayList<FeedbackView>();
        for (Records.Stored stored : records.about(decision)) {
            if (stored.act() == Act.FEEDBACK_RECORD) {
                view(stored).ifPresent(views::add);
            }
        }
        return views;
    }

    /** Feedback of a person, for the person. */
    public Optional<Object> show(PersonalData.Item item) {
        return item.kind().equals(Act.FEEDBACK_RECORD.text())
                ? records.find(item.id()).flatMap(this::view).map(view -> (Object) view)
                : Optional.empty();
    }

    /** One feedback record, opened; empty when it was erased. */
    public Optional<FeedbackView> view(Records.Stored stored) {
        return SealedRecords.open(vault, stored.submission(), stored.keyId(), stored.body())
                .map(FeedbackContent::decode)
                .map(content -> {
                    String who = Submission.decode(stored.submission()).who();
                    return FeedbackView.of(stored, who, names.apply(who), content);
                });
    }

    private Optional<Records.Stored> find(String namespace, int project, String decision) {
        Optional<Records.Stored> found = Optional.empty();
        try {
            found = records.find(Uid.parse(decision));
        } catch (IllegalArgumentException e) {
            // not one of our ids, so it may be a client's
        }
        if (found.isEmpty()) {
            found = records.byClientId(namespace, project, decision).flatMap(records::find);
        }
        return found.filter(stored -> stored.scope() == project
                && (stored.act() == Act.DECISION_RECORD || stored.act() == Act.DECISION_CONFLICT));
    }

    private Optional<HotRecord> seal(
            Permit permit, String namespace, Records.Stored decision, FeedbackContent content) {
        Uid id = Uid.next(clock.millis());
        return vault.sealForKey(decision.keyId(), FeedbackContent.MEDIA_TYPE, content.encode(true))
                .map(closed -> SealedRecords.record(
                        id,
                        Act.FEEDBACK_RECORD,
                        new SealedRecords.Sender(permit.who(), permit.onBehalfOf(), decision.scope()),
                        new SealedRecords.Names(Rel.ON, Node.of(Kind.DECISION, decision.id())),
                        closed,
                        decision.id(),
                        clientKey(namespace, decision, content.clientId()),
                        SealedRecords.digest(content.encode(false))));
    }

    private byte @Nullable [] clientKey(String namespace, Records.Stored decision, @Nullable String clientId) {
        return clientId == null
                ? null
                : Arrays.copyOf(
                        vault.index(
                                namespace,
                                ("feedback\u0000" + decision.id().hex() + "\u0000" + clientId)
                                        .getBytes(StandardCharsets.UTF_8)),
                        16);
    }

    private ItemStatus status(HotRecord record, Uid decision, FeedbackCommand.Result result) {
        if (result.first().isEmpty()) {
            return new ItemStatus(
                    record.id().dashed(),
                    decision.dashed(),
                    "created",
                    HexFormat.of().formatHex(record.digest()),
                    null);
        }
        var first = result.first().get();
        return new ItemStatus(
                first.id().dashed(),
                decision.dashed(),
                result.equal() ? "duplicate" : "conflict",
                records.find(first.id())
                        .map(stored -> HexFormat.of().formatHex(SealedRecords.digest(stored.submission())))
                        .orElse(null),
                result.equal() ? null : "this client_id was used with other content; send a new one with supersedes");
    }

    private static List<ItemStatus> done(List<@Nullable ItemStatus> statuses) {
        return statuses.stream().map(Objects::requireNonNull).toList();
    }
}
