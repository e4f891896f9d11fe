package dev.clew.server.ledgers;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.note.Checkpoint;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Node;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.journal.Body;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Entries;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.RowWrite;
import dev.clew.server.journal.State;
import dev.clew.server.storage.Database;
import dev.clew.server.vault.Vault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A restored copy that lacks acknowledged entries may not go on under the log's name: that would be a fork. It keeps its leaves, so that
 * every proof below its size holds as before, and takes a new name, {@code <old>.r<n>}, and new keys with one entry, its first.
 */
public final class Succession {
    private static final Pattern SUCCESSOR = Pattern.compile("(.*)\\.r(\\d{1,9})");

    private final LedgerRows.Identity next;
    private final List<Long> signed;
    private final Left left;

    /**
     * What the old name ended with.
     *
     * @param size entries that are kept
     * @param root of the tree over them
     * @param newest the largest checkpoint that is known to have been signed, empty when none is
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Left(String origin, long size, byte[] root, String newest) {}

    private Succession(LedgerRows.Identity next, List<Long> signed, Left left) {
        this.next = next;
        this.signed = signed;
        this.left = left;
    }

    /**
     * Checks the copy as a start would, but for the anchor, and prepares the change. Before the journal is opened, so that nothing is
     * appended in between.
     *
     * @throws ClewException LEDGER_DAMAGED, ROW_DAMAGED or KEY_MISSING as at a start
     */
    public static Succession prepare(Database database, Vault vault, Path directory, LedgerConfig config) {
        var identity = database.read(LedgerRows::identity).orElseThrow(() -> Damage.row("ledger_identity"));
        LogKeys keys = LogKeys.of(vault, identity.origin());
        keys.require(identity);
        Anchor anchor = Anchor.of(config.anchorFile(), identity.origin());
        try {
            var entries = new Entries(database);
            var found = Recovery.run(database, entries, directory, keys, new Anchor(directory.resolve("no.anchor")));
            String origin = successor(identity.origin());
            var signed = new ArrayList<Long>();
            database.read(sql -> {
                LedgerRows.forEach(sql, row -> signed.add(row.size()), signed::add);
                return 0;
            });
            return new Succession(
                    LogKeys.of(vault, origin).identity(origin),
                    signed,
                    new Left(
                            identity.origin(),
                            found.edge().size(),
                            found.edge().root(),
                            newest(database, anchor, keys)));
        } catch (IOException e) {
            throw new ClewException(
                    ErrorCode.LEDGER_DAMAGED, "The ledger's files of the copy cannot be read; use another archive.", e);
        }
    }

    private static String newest(Database database, Anchor anchor, LogKeys keys) throws IOException {
        var own = database.read(LedgerRows::newest);
        var anchored = anchor.read(keys.ed25519().verifierKey()).map(Checkpoint::size);
        if (anchored.isPresent() && own.map(LedgerRows.Signed::size).orElse(0L) < anchored.get()) {
            return Files.readString(anchor.file(), StandardCharsets.UTF_8);
        }
        return own.map(LedgerRows.Signed::note).orElse("");
    }

    /** The name after a name. */
    static String successor(String origin) {
        Matcher matcher = SUCCESSOR.matcher(origin);
        return matcher.matches()
                ? "%s.r%d".formatted(matcher.group(1), Long.parseLong(matcher.group(2)) + 1)
                : origin + ".r1";
    }

    /** The name that a log and all its successors come from. */
    public static String ancestor(String origin) {
        Matcher matcher = SUCCESSOR.matcher(origin);
        return matcher.matches() ? matcher.group(1) : origin;
    }

    public Left left() {
        return left;
    }

    /** Takes the new name with the entry {@code backup.restore} about {@code archive}; the first thing the journal does. */
    public void enter(Journal journal, Node archive, Body body) {
        journal.write(
                Permit.system(Permission.BACKUP_RESTORE, Scopes.INSTANCE), new Enter(next, signed, archive, body));
    }

    private record Enter(LedgerRows.Identity next, List<Long> signed, Node archive, Body body)
            implements Command<Boolean> {
        @Override
        public Needs needs() {
            return Needs.none();
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            var rows = new ArrayList<RowWrite<?>>();
            rows.add(new RowWrite.Put<>(LedgerRows.IDENTITY, next));
            for (long size : signed) {
                rows.add(new RowWrite.Delete<>(LedgerRows.SIGNED, Key.of(size)));
            }
            return new Decision.Accepted<>(
                    List.of(Change.of(Act.BACKUP_RESTORE, archive).event().body(body)), rows, List.of(), true);
        }
    }
}
