package dev.clew.server.access;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.encoding.Submission;
import dev.clew.server.common.FieldMap;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Records;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.PersonalReads;
import dev.clew.server.vault.SealedRecords;
import dev.clew.server.vault.Vault;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What records of denials say, opened for whoever reads the audit log; each look is a record itself, durable before the answer. Thread-safe;
 * blocks for the records of one batch.
 */
public final class Denials {
    /** Bit of {@link PersonalReads} for what a denial says. */
    private static final int SHOWN = 256;

    private final Records records;
    private final Vault vault;
    private final PersonalReads reads;
    private final UnaryOperator<String> names;

    /** @param names what people call a principal */
    public Denials(Records records, Vault vault, PersonalReads reads, UnaryOperator<String> names) {
        this.records = records;
        this.vault = vault;
        this.reads = reads;
        this.names = names;
    }

    /**
     * Those that an entry {@code record.batch} covers, in its order; none of another entry.
     *
     * @param where the scopes whose denials are told
     * @param thing id of what was asked for, as the request named it: only denials of that; null for all
     */
    public List<DenialView> of(
            Permit permit, AuthorizedScope where, @Nullable String purpose, long seq, @Nullable String thing) {
        String wanted = thing == null ? null : hex(index(thing));
        var opened = new ArrayList<DenialView>();
        var ids = new ArrayList<Uid>();
        for (Records.Stored stored : records.ofBatch(seq)) {
            Submission said = Submission.decode(stored.submission());
            if (said.act().equals(Act.AUTHZ_DENIED.text()) && where.contains(scope(said))) {
                SealedRecords.open(vault, stored.submission(), stored.keyId(), stored.body())
                        .map(body -> view(stored.id(), said, FieldMap.read(body)))
                        .filter(view -> wanted == null || wanted.equals(view.thing()))
                        .ifPresent(view -> {
                            opened.add(view);
                            ids.add(stored.id());
                        });
            }
        }
        if (!opened.isEmpty()) {
            reads.record(permit, Scopes.DEFAULT_NAMESPACE, purpose, SHOWN, ids);
        }
        return opened;
    }

    private static int scope(Submission said) {
        return (int) Objects.requireNonNullElse(said.scope(), 0L).longValue();
    }

    private DenialView view(Uid id, Submission said, Map<Long, Object> body) {
        return new DenialView(
                id.dashed(),
                said.who(),
                names.apply(said.who()),
                scope(said),
                (String) body.get(1L),
                String.valueOf(body.get(2L)),
                FieldMap.longOf(body, 3, 0),
                (String) body.get(4L),
                body.get(5L) instanceof byte[] index ? hex(index) : null,
                time(FieldMap.longOf(body, 6, 0)),
                time(FieldMap.longOf(body, 7, 0)));
    }

    private byte[] index(String id) {
        return vault.index(Scopes.DEFAULT_NAMESPACE, id.getBytes(StandardCharsets.UTF_8));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static Instant time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
