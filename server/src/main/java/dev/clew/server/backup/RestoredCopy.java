package dev.clew.server.backup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.FieldMap;
import dev.clew.server.common.Json;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Body;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Entries;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import dev.clew.server.ledgers.LedgerConfig;
import dev.clew.server.ledgers.StoredLog;
import dev.clew.server.ledgers.Succession;
import dev.clew.server.storage.Database;
import dev.clew.server.vault.Vault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * A restored directory before its first start is over: what must be done to it before anything is served. {@code restore.json} and
 * {@code restore.erasures} in the directory say it and go when it is done, so a kill in between costs nothing. Confined to the start.
 */
public final class RestoredCopy {
    static final String FILE = "restore.json";
    static final String ERASURES = "restore.erasures";

    /**
     * Media type of the body of {@code backup.restore}: 1 name of the log in the archive, 2 entries kept, 3 root over them, 4 newest
     * checkpoint known, 5 whether the erasures since then were known. 3 and 4 only when the log goes on under a new name.
     */
    private static final String MEDIA_TYPE = "restore/1";

    private static final Permit PERMIT = Permit.system(Permission.BACKUP_RESTORE, Scopes.INSTANCE);

    private final Path directory;
    private final String origin;
    private final long entries;
    private final byte[] archive;
    private final boolean loses;
    private final boolean erasuresKnown;

    private RestoredCopy(
            Path directory, String origin, long entries, byte[] archive, boolean loses, boolean erasuresKnown) {
        this.directory = directory;
        this.origin = origin;
        this.entries = entries;
        this.archive = archive;
        this.loses = loses;
        this.erasuresKnown = erasuresKnown;
    }

    /** What a restore leaves in the directory for its first start. */
    static void leave(Path directory, Manifest manifest, byte[] archive, boolean loses, boolean erasuresKnown)
            throws IOException {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("origin", manifest.origin());
        json.put("entries", manifest.entries());
        json.put("archive", HexFormat.of().formatHex(archive));
        json.put("lose_entries", loses);
        json.put("erasures_known", erasuresKnown);
        Sums.write(directory.resolve(FILE), json.toPrettyString().getBytes(StandardCharsets.UTF_8));
    }

    /** What is to be done; empty for a directory that was not just restored. */
    public static Optional<RestoredCopy> in(Path directory) {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonNode json = Json.MAPPER.readTree(Files.readAllBytes(file));
            return Optional.of(new RestoredCopy(
                    directory,
                    json.path("origin").asText(),
                    json.path("entries").asLong(),
                    HexFormat.of().parseHex(json.path("archive").asText()),
                    json.path("lose_entries").asBoolean(),
                    json.path("erasures_known").asBoolean()));
        } catch (IOException | IllegalArgumentException e) {
            throw new ClewException(
                    ErrorCode.CONFIGURATION,
                    "The data directory was restored, but restore.json in it cannot be read; restore it again.",
                    e);
        }
    }

    /**
     * The new name that the log must take before the journal appends anything; empty when it keeps its own, or has taken it before a kill.
     */
    public Optional<Succession> succession(Database database, Vault vault, LedgerConfig config) {
        return loses && isNamed(database, config)
                ? Optional.of(Succession.prepare(database, vault, directory, config))
                : Optional.empty();
    }

    private boolean isNamed(Database database, LedgerConfig config) {
        return database.read(sql -> StoredLog.of(sql, directory, config))
                .map(log -> log.origin().equals(origin))
                .orElse(false);
    }

    /** Takes the new name. */
    public void enter(Succession succession, Journal journal) {
        var left = succession.left();
        byte[] body = new FieldMap()
                .put(1, left.origin())
                .put(2, left.size())
                .put(3, left.root())
                .put(4, left.newest())
                .put(5, erasuresKnown)
                .toBytes();
        succession.enter(journal, node(), Body.plain(MEDIA_TYPE, body));
    }

    /**
     * Repeats the newer erasures and enters the restore; afterwards the directory is as any other.
     *
     * @param repeat repeats the erasures of a file and says how many the copy still had something of
     */
    public void finish(Journal journal, Entries log, ToIntFunction<Path> repeat) {
        boolean entered = !log.find(
                        new Entries.Filter(null, Act.BACKUP_RESTORE.text(), null, node(), null, null),
                        Long.MAX_VALUE,
                        1)
                .isEmpty();
        if (!entered) {
            byte[] body = new FieldMap()
                    .put(1, origin)
                    .put(2, entries)
                    .put(5, erasuresKnown)
                    .toBytes();
            journal.write(PERMIT, new Enter(node(), Body.plain(MEDIA_TYPE, body)));
        }
        int repeated = repeat.applyAsInt(directory.resolve(ERASURES));
        System.getLogger("clew")
                .log(
                        erasuresKnown ? System.Logger.Level.INFO : System.Logger.Level.WARNING,
                        "the restored copy is ready erasures_repeated={0} erasures_known={1}",
                        repeated,
                        erasuresKnown);
        try {
            Files.deleteIfExists(directory.resolve(ERASURES));
            Files.deleteIfExists(directory.resolve(FILE));
        } catch (IOException e) {
            throw new ClewException(
                    ErrorCode.CONFIGURATION, "restore.json cannot be removed; let the server's user write.", e);
        }
    }

    private Node node() {
        return Node.of(Kind.ARTIFACT, Uid.of(archive));
    }

    private record Enter(Node archive, Body body) implements Command<Boolean> {
        @Override
        public Needs needs() {
            return Needs.none();
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            return Decision.of(
                    true, List.of(Change.of(Act.BACKUP_RESTORE, archive).event().body(body)));
        }
    }
}
