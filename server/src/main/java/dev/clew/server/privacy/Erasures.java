package dev.clew.server.privacy;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.encoding.BodyRef;
import dev.clew.ledger.encoding.Leaf;
import dev.clew.ledger.encoding.Submission;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.Duties;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Reason;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Body;
import dev.clew.server.journal.Entries;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Receipt;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.PersonalData;
import dev.clew.server.ports.PersonalReads;
import dev.clew.server.vault.Erasing;
import dev.clew.server.vault.Vault;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Erasures: asked for by one person, executed or refused by another. Thread-safe. */
public final class Erasures {
    private static final String TEXT = "text/plain";
    private static final String PURPOSE = "erasure";
    private static final int REQUEST_TEXT = 128;

    private final Journal journal;
    private final Vault vault;
    private final Entries entries;
    private final LongFunction<byte[]> leaves;
    private final ErasureStore store;
    private final List<PersonalData> data;
    private final PersonalReads reads;
    private final Handles handles;
    private final ErasureQueue queue;
    private final Supplier<Duties> duties;
    private final InstantSource clock;

    Erasures(
            Journal journal,
            Vault vault,
            Entries entries,
            LongFunction<byte[]> leaves,
            ErasureStore store,
            List<PersonalData> data,
            PersonalReads reads,
            Handles handles,
            ErasureQueue queue,
            Supplier<Duties> duties,
            InstantSource clock) {
        this.journal = journal;
        this.vault = vault;
        this.entries = entries;
        this.leaves = leaves;
        this.store = store;
        this.data = List.copyOf(data);
        this.reads = reads;
        this.handles = handles;
        this.queue = queue;
        this.duties = duties;
        this.clock = clock;
    }

    /**
     * Asks for the erasure of the subject a handle stands for. Nothing happens to the subject before another person executes it.
     *
     * @throws ClewException ALREADY_EXISTS, naming it, while another erasure of the subject is open
     */
    public Receipt<ErasureView> request(Permit permit, String handle, @Nullable String basis, Reason reason) {
        Handles.Held subject = handles.require(handle, permit.who());
        LegalBasis ground = basis == null ? LegalBasis.REQUEST : LegalBasis.parse(basis);
        Uid uid = Uid.next(clock.millis());
        if (vault.erasing().request(uid, subject.psid()).isEmpty()) {
            throw gone();
        }
        try {
            Vault.Sealed text = sealed(subject.psid(), reason);
            var row = Erasure.requested(
                    uid,
                    permit.scope(),
                    ground.text(),
                    permit.who(),
                    clock.millis() * 1_000,
                    text.tag(),
                    text.body().n());
            return viewed(
                    journal.write(permit.because(codeOnly(reason)), new ErasureCommand.Request(row, text.body())));
        } catch (RuntimeException e) {
            vault.erasing().withdraw(uid);
            throw e;
        }
    }

    /**
     * Executes an erasure and waits until the key is gone, and a little longer for the rest, which goes on by itself.
     *
     * @throws ClewException SEPARATION_OF_DUTIES for the person who asked for it, WRONG_STATE when it is decided already, UNAVAILABLE
     *     when a step failed: it goes on by itself, and after a restart
     */
    public ErasureView execute(Permit permit, Uid erasure, Reason reason) {
        Erasing.Open open = requireOpen(erasure);
        byte[] text = reason.text().getBytes(StandardCharsets.UTF_8);
        var claim = new Claim(
                erasure,
                permit.who(),
                permit.onBehalfOf(),
                permit.scope(),
                reason.code().text(),
                text.length == 0 ? null : vault.sealValue(open.namespace(), PURPOSE, erasure.bytes(), text),
                false,
                vault.index(open.namespace(), open.psid().bytes()),
                clock.millis() * 1_000);
        journal.write(permit, new ErasureCommand.Take(claim, duties.get()));
        queue.run(erasure);
        return get(erasure).orElseThrow(() -> unknown(erasure));
    }

    /** Refuses an erasure; the subject stays as it was. */
    public Receipt<ErasureView> refuse(Permit permit, Uid erasure, String ground, Reason reason) {
        RefusalGround why = RefusalGround.parse(ground);
        Erasing.Open open = requireOpen(erasure);
        Vault.Sealed text = sealed(open.psid(), reason);
        byte[] tag = text.tag();
        if (tag == null) {
            throw gone();
        }
        var receipt = journal.write(
                permit.because(codeOnly(reason)),
                new ErasureCommand.Refuse(erasure, permit.who(), duties.get(), why, text.body(), tag));
        vault.erasing().withdraw(erasure);
        return viewed(receipt);
    }

    /** Scope and requester, for the gate. */
    public Optional<Owned> owned(Uid erasure) {
        return store.find(erasure).map(row -> new Owned(row.scope(), row.requestedBy()));
    }

    /** Whose request it is and where it was made. */
    public record Owned(int scope, String requestedBy) {}

    /** Scopes in which records lie that an erasure would touch. */
    public Set<Integer> scopes(Uid erasure) {
        return Subjects.scopes(data, requireOpen(erasure).psid());
    }

    public Optional<ErasureView> get(Uid erasure) {
        return store.find(erasure).map(row -> view(row, null));
    }

    /** With the text of the request, which may tell of the person: recorded as a read of her data. */
    public ErasureView reveal(Permit permit, Uid erasure, @Nullable String purpose) {
        Erasure row = store.find(erasure).orElseThrow(() -> unknown(erasure));
        var open = vault.erasing().find(erasure);
        if (open.isEmpty()) {
            return view(row, null);
        }
        reads.recordSubject(
                permit,
                open.get().namespace(),
                purpose,
                REQUEST_TEXT,
                open.get().psid(),
                List.of());
        return view(row, text(open.get().psid(), row));
    }

    /** Newest first, below an id. */
    public List<ErasureView> list(AuthorizedScope scope, @Nullable String state, @Nullable Uid before, int limit) {
        return store.page(scope, state == null ? null : state(state), before, limit).stream()
                .map(row -> view(row, null))
                .toList();
    }

    private static Erasure.State state(String text) {
        for (Erasure.State state : Erasure.State.values()) {
            if (state.name().toLowerCase(Locale.ROOT).equals(text)) {
                return state;
            }
        }
        throw new ClewException(
                ErrorCode.INVALID_ARGUMENT,
                "state must be requested, executed, verified or refused, not \"%s\".".formatted(text));
    }

    private Erasing.Open requireOpen(Uid erasure) {
        Erasure row = store.find(erasure).orElseThrow(() -> unknown(erasure));
        return vault.erasing()
                .find(erasure)
                .orElseThrow(() -> new ClewException(
                        ErrorCode.WRONG_STATE,
                        row.state() == Erasure.State.REQUESTED
                                ? "Erasure %s was requested, but this server's keys do not know of whom; refuse nothing and ask for it anew."
                                        .formatted(erasure.dashed())
                                : "Erasure %s is %s already; nothing more can be decided about it."
                                        .formatted(
                                                erasure.dashed(),
                                                row.state().name().toLowerCase(Locale.ROOT))));
    }

    private Vault.Sealed sealed(Uid psid, Reason reason) {
        return vault.sealForKey(psid.bytes(), TEXT, reason.text().getBytes(StandardCharsets.UTF_8))
                .orElseThrow(Erasures::gone);
    }

    /** The text goes into the body, sealed for the subject; only the code stands in the leaf. */
    private static Reason codeOnly(Reason reason) {
        return Reason.of(reason.code(), "");
    }

    private Receipt<ErasureView> viewed(Receipt<Erasure> receipt) {
        return new Receipt<>(view(receipt.answer(), null), receipt.entries());
    }

    private ErasureView view(Erasure row, @Nullable String text) {
        boolean executing =
                row.state() == Erasure.State.REQUESTED && store.claim(row.uid()).isPresent();
        byte[] reason = row.reason();
        return new ErasureView(
                row.uid().dashed(),
                executing ? "executing" : row.state().name().toLowerCase(Locale.ROOT),
                row.basis(),
                row.requestedBy(),
                Subjects.time(row.requestedAt()),
                text,
                row.decidedBy(),
                Subjects.timeOrNull(row.decidedAt()),
                row.ground(),
                reason == null
                        ? null
                        : new String(
                                vault.openValue(
                                        Privacy.NAMESPACE, PURPOSE, row.uid().bytes(), reason),
                                StandardCharsets.UTF_8),
                row.selfExecuted(),
                row.records(),
                Subjects.timeOrNull(row.destroyedAt()),
                Subjects.timeOrNull(row.horizonAt()),
                Subjects.timeOrNull(row.verifiedAt()),
                about(row).reversed().stream()
                        .map(head -> new ErasureView.Proven(
                                head.act(), head.seq(), "/api/clew/v1/ledger/proof?index=" + head.seq()))
                        .toList());
    }

    private List<Entries.Head> about(Erasure row) {
        return entries.find(
                new Entries.Filter(null, null, null, row.node(), null, null), Long.MAX_VALUE, Entries.MAX_PAGE);
    }

    private @Nullable String text(Uid psid, Erasure row) {
        return about(row).stream()
                .filter(head -> head.act().equals(Act.SUBJECT_ERASE_REQUEST.text()))
                .findFirst()
                .flatMap(head -> entries.at(head.seq()))
                .flatMap(stored -> opened(psid, stored))
                .orElse(null);
    }

    private Optional<String> opened(Uid psid, Entries.Stored stored) {
        byte[] kept = stored.leaf();
        Submission submission =
                Leaf.decode(kept == null ? leaves.apply(stored.seq()) : kept).decodeSubmission();
        BodyRef ref = submission.body();
        byte[] body = stored.body();
        return ref == null || body == null
                ? Optional.empty()
                : vault.open(
                                psid.bytes(),
                                new Body(
                                        ref.mediaType(),
                                        ref.form(),
                                        ref.commit(),
                                        ref.size(),
                                        ref.ciphertextDigest(),
                                        ref.n(),
                                        body))
                        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    private static ClewException gone() {
        return new ClewException(
                ErrorCode.WRONG_STATE, "The subject is being erased this moment, or was; nothing more can be asked.");
    }

    private static ClewException unknown(Uid erasure) {
        return new ClewException(
                ErrorCode.NOT_FOUND, "There is no erasure %s, or you may not see it.".formatted(erasure.dashed()));
    }
}
