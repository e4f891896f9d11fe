package dev.clew.server.decisions;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.encoding.Submission;
import dev.clew.server.common.Uid;
import dev.clew.server.ports.Records;
import dev.clew.server.vault.Vault;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Records as the journal keeps them, hot. Thread-safe. */
public final class RecordStore implements Records {
    private static final int MAX_ABOUT = 10_000;

    private final dev.clew.server.journal.Records hot;
    private final Vault vault;

    public RecordStore(dev.clew.server.journal.Records hot, Vault vault) {
        this.hot = hot;
        this.vault = vault;
    }

    @Override
    public Optional<Stored> find(Uid id) {
        return hot.find(id).map(RecordStore::stored);
    }

    @Override
    public Optional<Uid> byClientId(String namespace, int scope, String clientId) {
        return hot.byClientKey(Ingest.clientKey(vault, namespace, scope, clientId)).stream()
                .findFirst()
                .map(dev.clew.server.journal.Records.Stored::id);
    }

    @Override
    public List<Stored> about(Uid decision) {
        return hot.about(decision).stream()
                .limit(MAX_ABOUT)
                .map(RecordStore::stored)
                .toList();
    }

    /** Every record that a key sealed, by the batches they are in. */
    void forEachUnder(Uid keyId, Consumer<Stored> consumer) {
        hot.forEachUnder(keyId.bytes(), record -> consumer.accept(stored(record)));
    }

    boolean holds(Uid keyId) {
        return hot.holds(keyId.bytes());
    }

    Set<Uid> keyIds(Predicate<Uid> wanted) {
        return hot.keyIds(wanted);
    }

    /** Hot records, then those of the newest segments until there is enough, for rebuilding what is kept in memory; some may come twice. */
    public void forEachNewest(BooleanSupplier enough, Consumer<Stored> consumer) {
        hot.forEachNewest(enough, record -> consumer.accept(stored(record)));
    }

    private static Stored stored(dev.clew.server.journal.Records.Stored record) {
        Submission submission = Submission.decode(record.submission());
        Long scope = submission.scope();
        return new Stored(
                record.id(),
                Act.parse(submission.act()).orElseThrow(),
                record.namespace(),
                scope == null ? 0 : Math.toIntExact(scope),
                record.micros(),
                record.submission(),
                record.body(),
                record.keyId(),
                record.target(),
                record.batch(),
                record.position());
    }
}
