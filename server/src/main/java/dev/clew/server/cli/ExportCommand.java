package dev.clew.server.cli;

import dev.clew.ledger.verify.ExportWriter;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.ledgers.LogExport;
import dev.clew.server.segments.SegmentRecords;
import dev.clew.server.storage.FileTrees;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clew export}: the log as files that anyone verifies with {@code clew verify TARGET}, or with any C2SP tool. */
@Command(
        name = "export",
        description = "Write the log as files that anyone can verify offline. A running server is not disturbed.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "[mlflow]",
        subcommands = MlflowExportCommand.class)
final class ExportCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..2",
            paramLabel = "DIR TARGET",
            description = "Data directory, then the directory or .zip to write; with --server only TARGET.")
    List<Path> paths = List.of();

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "Export from a running server; the token in CLEW_TOKEN.")
    @Nullable
    URI server;

    @Option(
            names = "--from",
            paramLabel = "SEQ|TIME",
            description = "First entry, by number or time; default the first.")
    @Nullable
    String from;

    @Option(
            names = "--to",
            paramLabel = "SEQ|TIME",
            description = "One past the last entry; default all that are signed.")
    @Nullable
    String to;

    @Option(
            names = "--sealed",
            description = "With the ciphertexts of sealed bodies, which open with a key of the vault.")
    boolean sealed;

    @Option(names = "--json", description = "For programs.")
    boolean json;

    @Mixin
    ConfigOptions options = new ConfigOptions();

    @Override
    public Integer call() throws IOException {
        if (paths.size() != (server == null ? 2 : 1)) {
            throw usage(server == null ? "Give the data directory and TARGET." : "With --server, give TARGET alone.");
        }
        Path target = paths.getLast();
        requireAbsent(target);
        LogExport.Written written = written(target);
        if (json) {
            Console.json(written);
        } else {
            Console.say(
                    "Exported %d of the %d entries of %s (%d ≤ seq < %d), with %d change lists, %d records and %d bodies."
                            .formatted(
                                    written.to() - written.from(),
                                    written.size(),
                                    written.origin(),
                                    written.from(),
                                    written.to(),
                                    written.changeLists(),
                                    written.records(),
                                    written.bodies()));
            Console.say("Check it with: clew verify %s".formatted(target));
        }
        return ExitCode.OK;
    }

    /** Writes all or leaves nothing: half of an export would be refused as a target the next time. */
    private LogExport.Written written(Path target) throws IOException {
        boolean whole = false;
        try (var files = Target.open(target)) {
            LogExport.Written written = server == null ? fromDirectory(files.root()) : fromServer(server, files.root());
            whole = true;
            return written;
        } finally {
            if (!whole) {
                FileTrees.delete(target);
                Files.deleteIfExists(target);
            }
        }
    }

    private LogExport.Written fromDirectory(Path root) throws IOException {
        try (var directory =
                OfflineDirectory.open(paths.getFirst(), options.read().values())) {
            var log = directory.log();
            var progress = new Progress("entries", 0);
            var export = new LogExport(
                    directory.snapshot().sql(), log, List.of(new SegmentRecords(directory.path())), progress);
            var selection = selection(export.size(), export::firstAt);
            return export.write(new ExportWriter(root, export.size()), selection);
        }
    }

    private LogExport.Written fromServer(URI url, Path root) throws IOException {
        if (sealed) {
            throw usage("--sealed needs the data directory; a server does not give ciphertexts away.");
        }
        var remote = RemoteLog.of(url, Optional.ofNullable(System.getenv("CLEW_TOKEN")));
        return remote.export(root, selection(remote.size(), remote::firstAt), new Progress("entries", remote.size()));
    }

    private LogExport.Selection selection(long size, LongUnaryOperator firstAt) {
        long first = from == null ? 0 : bound("--from", from, firstAt);
        long last = to == null ? size : Math.min(size, bound("--to", to, firstAt));
        if (first > last) {
            throw usage("--from (entry %d) is not before --to (entry %d).".formatted(first, last));
        }
        return new LogExport.Selection(first, last, sealed);
    }

    private static long bound(String option, String text, LongUnaryOperator firstAt) {
        if (!text.isEmpty() && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Long.parseLong(text);
        }
        try {
            Instant at = text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
            return firstAt.applyAsLong(ChronoUnit.MICROS.between(Instant.EPOCH, at));
        } catch (DateTimeException | ArithmeticException e) {
            throw usage(
                    "%s is an entry's number, a day such as 2026-01-31 or a time such as 2026-01-31T08:00:00Z, not \"%s\"."
                            .formatted(option, text));
        }
    }

    private static ClewException usage(String message) {
        return new ClewException(ErrorCode.USAGE, message);
    }

    private static void requireAbsent(Path target) throws IOException {
        if (Files.isDirectory(target)) {
            try (var files = Files.list(target)) {
                if (files.findAny().isEmpty()) {
                    return;
                }
            }
        } else if (Files.notExists(target)) {
            return;
        }
        throw usage("\"%s\" is there already; give a new directory or .zip.".formatted(target));
    }

    /** The root to write below: a directory, or that of a zip. */
    private record Target(Path root, @Nullable FileSystem zip) implements AutoCloseable {
        static Target open(Path target) throws IOException {
            if (!target.toString().endsWith(".zip")) {
                return new Target(target, null);
            }
            // Entries go to temporary files, so that memory stays bounded.
            var zip = FileSystems.newFileSystem(target, Map.of("create", "true", "useTempFile", true));
            return new Target(zip.getPath("/"), zip);
        }

        @Override
        public void close() throws IOException {
            if (zip != null) {
                zip.close();
            }
        }
    }
}
