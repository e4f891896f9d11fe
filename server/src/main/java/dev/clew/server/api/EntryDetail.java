package dev.clew.server.api;

import dev.clew.ledger.encoding.EntryRef;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.ledgers.EntryReader;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One entry as people and interfaces see it.
 *
 * @param who principal id
 * @param name what people call it
 * @param why reason code
 * @param reason the text of the reason, while it may be read
 * @param records how many records a batch holds, else null
 * @param leaf leaf data in hexadecimal: the bytes that are hashed
 */
record EntryDetail(
        long seq,
        Instant time,
        String act,
        String who,
        String name,
        @Nullable String onBehalfOf,
        @Nullable String resource,
        @Nullable String why,
        @Nullable String reason,
        @Nullable Long scope,
        @Nullable Instant clientTime,
        List<RefView> refs,
        List<EntryChanges.RowView> changes,
        @Nullable Long records,
        String leafHash,
        String leaf) {
    /** A thing the entry names, beside what it is about. */
    record RefView(String rel, String ref) {}

    static EntryDetail of(EntryReader.Told told, UnaryOperator<String> names, List<EntryChanges.RowView> changes) {
        Submission said = told.submission();
        var resource = said.resource();
        var batch = said.batch();
        Long client = said.clientMicros();
        return new EntryDetail(
                told.seq(),
                time(told.micros()),
                said.act(),
                said.who(),
                names.apply(said.who()),
                said.onBehalfOf(),
                resource == null ? null : resource.kind() + ":" + hex(resource.uid()),
                said.why(),
                told.reason(),
                said.scope(),
                client == null ? null : time(client),
                said.refs().stream().map(EntryDetail::ref).toList(),
                changes,
                batch == null ? null : (long) batch.count(),
                hex(Hashing.leaf(told.leaf())),
                hex(told.leaf()));
    }

    private static RefView ref(EntryRef ref) {
        return new RefView(ref.rel(), ref.kind() + ":" + hex(ref.uid()));
    }

    private static Instant time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
