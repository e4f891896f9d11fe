package dev.clew.server.backup;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.FieldMap;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Body;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import dev.clew.server.storage.Blocking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Backups of the running server, one at a time, on a thread of their own. Thread-safe. */
public final class Backups implements AutoCloseable {
    /** Media type of the body of {@code backup.make}: 1 entries, 2 files, 3 bytes, 4 SHA-256 of the manifest. */
    private static final String MEDIA_TYPE = "backup/1";

    private static final Logger LOG = LoggerFactory.getLogger(Backups.class);
    private static final int REMEMBERED = 100;
    private static final long CLOSE_SECONDS = 3;

    private final Journal journal;
    private final Source source;
    private final InstantSource clock;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().name("backup").daemon().unstarted(task));
    private final Blocking blocking = new Blocking("backups", 1, 16);
    private final Map<Uid, Progress> known = new LinkedHashMap<>();

    /**
     * A backup as people and interfaces see it.
     *
     * @param state {@code running}, {@code done} or {@code failed}
     * @param entries entries of the log in the archive
     * @param manifest SHA-256 of the archive's manifest
     * @param seq entry {@code backup.make}
     * @param error why it failed
     */
    public record Progress(
            String backup,
            String state,
            Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable Long entries,
            @Nullable Long files,
            @Nullable Long bytes,
            @Nullable String manifest,
            @Nullable Long seq,
            @Nullable String error) {
        boolean isRunning() {
            return state.equals("running");
        }
    }

    public Backups(Journal journal, Source source, InstantSource clock) {
        this.journal = journal;
        this.source = source;
        this.clock = clock;
    }

    /**
     * Begins a backup into two new directories of this machine.
     *
     * @throws ClewException INVALID_ARGUMENT when one is not empty or lies in the data directory, WRONG_STATE while another one runs
     */
    public Progress start(Permit permit, Path target, Path keys) {
        require(target, keys);
        if (target.normalize().startsWith(keys.normalize()) || keys.normalize().startsWith(target.normalize())) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "Archive and key archive must lie apart: neither may be inside the other, or be kept with it.");
        }
        Uid uid = Uid.next(clock.millis());
        var begun = new Progress(uid.dashed(), "running", clock.instant(), null, null, null, null, null, null, null);
        synchronized (known) {
            if (known.values().stream().anyMatch(Progress::isRunning)) {
                throw new ClewException(ErrorCode.WRONG_STATE, "A backup is running already; wait until it is done.");
            }
            if (known.size() == REMEMBERED) {
                known.remove(known.keySet().iterator().next());
            }
            known.put(uid, begun);
        }
        thread.execute(() -> run(permit, uid, begun, target, keys));
        return begun;
    }

    public Optional<Progress> find(Uid backup) {
        synchronized (known) {
            return Optional.ofNullable(known.get(backup));
        }
    }

    private void run(Permit permit, Uid uid, Progress begun, Path target, Path keys) {
        Progress ended;
        try {
            var made = new BackupCopy(source, target, keys, clock.instant()).run();
            var receipt = journal.write(permit, new Make(made));
            ended = new Progress(
                    begun.backup(),
                    "done",
                    begun.startedAt(),
                    clock.instant(),
                    made.manifest().entries(),
                    made.manifest().files(),
                    made.manifest().bytes(),
                    HexFormat.of().formatHex(made.digest()),
                    receipt.entries().getFirst().seq(),
                    null);
        } catch (IOException | RuntimeException e) {
            LOG.error("A backup failed backup={}", begun.backup(), e);
            ended = new Progress(
                    begun.backup(), "failed", begun.startedAt(), clock.instant(), null, null, null, null, null, why(e));
        }
        synchronized (known) {
            known.put(uid, ended);
        }
    }

    /** What the database says when the copy finds no room is about the copy, not about the database. */
    private static String why(Exception e) {
        return e instanceof ClewException known
                        && known.code() != ErrorCode.UNAVAILABLE
                        && known.code() != ErrorCode.READ_ONLY
                ? String.valueOf(known.getMessage())
                : "The archive could not be written; look at the room of its disk and at the server's log.";
    }

    private void require(Path target, Path keys) {
        try {
            blocking.call(() -> {
                require(target);
                require(keys);
                return true;
            });
        } catch (IOException e) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT, "\"%s\" and \"%s\" cannot be looked at.".formatted(target, keys), e);
        }
    }

    private void require(Path target) throws IOException {
        if (!target.isAbsolute()) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT, "\"%s\" is not an absolute path; give one.".formatted(target));
        }
        if (target.normalize().startsWith(source.directory().toAbsolutePath().normalize())) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "\"%s\" lies in the data directory; a copy must not be lost with it.".formatted(target));
        }
        if (Files.exists(target) && !(Files.isDirectory(target) && isEmpty(target))) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "\"%s\" exists already; give a new directory for each backup.".formatted(target));
        }
    }

    static boolean isEmpty(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    /** That a backup was made, and of what. */
    private record Make(BackupCopy.Made made) implements Command<Boolean> {
        @Override
        public Needs needs() {
            return Needs.none();
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            byte[] body = new FieldMap()
                    .put(1, made.manifest().entries())
                    .put(2, made.manifest().files())
                    .put(3, made.manifest().bytes())
                    .put(4, made.digest())
                    .toBytes();
            return Decision.of(
                    true,
                    Change.of(Act.BACKUP_MAKE, Node.of(Kind.ARTIFACT, Uid.of(made.digest())))
                            .event()
                            .body(Body.plain(MEDIA_TYPE, body)));
        }
    }

    /** Breaks a running one off; nothing of it stays. */
    @Override
    public void close() {
        blocking.close();
        thread.shutdownNow();
        try {
            thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
