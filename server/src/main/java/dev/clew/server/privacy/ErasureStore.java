package dev.clew.server.privacy;

import dev.clew.server.common.Uid;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.Domain;
import dev.clew.server.storage.Database;
import dev.clew.server.storage.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads erasures and claims. Thread-safe; one statement a call. */
final class ErasureStore {
    private static final String COLUMNS = """
            erasure, scope, state, basis, requested_by, requested_at, tag, n, decided_by, decided_at, ground, reason,
            self_executed, records, destroyed_at, horizon_at, verified_at""";
    private static final String CLAIM =
            "erasure, who, on_behalf_of, scope, code, reason, self, mac, claimed_at, checked";

    private final Database database;

    ErasureStore(Database database) {
        this.database = database;
    }

    Optional<Erasure> find(Uid erasure) {
        return database.read(sql -> sql.query("SELECT %s FROM erasure WHERE erasure = :uid".formatted(COLUMNS))
                .bind("uid", erasure)
                .first(Erasure.ERASURES::read));
    }

    Optional<Claim> claim(Uid erasure) {
        return database.read(sql -> sql.query("SELECT %s FROM erasure_claim WHERE erasure = :uid".formatted(CLAIM))
                .bind("uid", erasure)
                .first(Claim.CLAIMS::read));
    }

    /** Erasures that somebody executes. */
    List<Uid> claimed() {
        return database.read(sql ->
                sql.query("SELECT erasure FROM erasure_claim ORDER BY erasure").list(row -> row.uid("erasure")));
    }

    /** Newest first, below an id. */
    List<Erasure> page(AuthorizedScope scope, Erasure.@Nullable State state, @Nullable Uid before, int limit) {
        String owner = scope.owner();
        return database.read(sql -> {
            Sql.Query query = sql.query("""
                    SELECT %s FROM erasure WHERE scope %s %s %s %s ORDER BY erasure DESC LIMIT :limit""".formatted(
                                    COLUMNS,
                                    sql.dialect().inIntegers("scopes"),
                                    state == null ? "" : "AND state = :state",
                                    before == null ? "" : "AND erasure < :before",
                                    owner == null ? "" : "AND requested_by = :owner"))
                    .integers("scopes", scope.about(Domain.PRIVACY))
                    .bind("limit", (long) limit);
            if (state != null) {
                query.bind("state", state.name());
            }
            if (before != null) {
                query.bind("before", before);
            }
            if (owner != null) {
                query.bind("owner", owner);
            }
            return query.list(Erasure.ERASURES::read);
        });
    }

    /** Requests that were about the subject with this tag key, whatever became of them. */
    List<Erasure> about(byte[] tagKey) {
        return database.read(sql -> {
            var found = new ArrayList<Erasure>();
            sql.query("SELECT %s FROM erasure WHERE tag IS NOT NULL ORDER BY erasure".formatted(COLUMNS))
                    .forEach(row -> {
                        Erasure erasure = Erasure.ERASURES.read(row);
                        if (erasure.isAbout(tagKey)) {
                            found.add(erasure);
                        }
                    });
            return found;
        });
    }
}
