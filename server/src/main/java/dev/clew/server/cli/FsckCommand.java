package dev.clew.server.cli;

import dev.clew.server.Catalog;
import dev.clew.server.VaultRecordKeys;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.fsck.CleanMark;
import dev.clew.server.fsck.Finding;
import dev.clew.server.fsck.Fsck;
import dev.clew.server.fsck.Report;
import dev.clew.server.ledgers.StoredLog;
import dev.clew.server.storage.JdbcKeyStore;
import dev.clew.server.vault.KeyVault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clew fsck}: is everything in this directory what was written? */
@Command(
        name = "fsck",
        description = "Re-verify everything a data directory holds. A running server is not disturbed.",
        mixinStandardHelpOptions = true)
final class FsckCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "Data directory.")
    Path directory = Path.of("");

    @Option(names = "--state", description = "Recompute the state from the ledger too, and compare every row.")
    boolean state;

    @Option(
            names = "--temp",
            paramLabel = "DIR",
            description = "Where sorting may write; default: the folder for temporary files.")
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(names = "--json", description = "For programs.")
    boolean json;

    @Mixin
    ConfigOptions options = new ConfigOptions();

    @Override
    public Integer call() throws IOException {
        Report report;
        try {
            report = check();
        } catch (ClewException e) {
            if (e.code() == ErrorCode.USAGE) {
                throw e;
            }
            boolean damaged = e.code() == ErrorCode.ROW_DAMAGED;
            if (json) {
                Console.json(Map.of(
                        "clean", false, damaged ? "findings" : "not_judged", List.of(String.valueOf(e.getMessage()))));
            } else {
                Console.say((damaged ? "E-DATABASE clew.db: " : "not judged: ") + e.getMessage());
            }
            return damaged ? ExitCode.FAILED : ExitCode.UNDECIDED;
        }
        tell(report);
        return report.findingCount() > 0
                ? ExitCode.FAILED
                : report.notJudged().isEmpty() ? ExitCode.OK : ExitCode.UNDECIDED;
    }

    private Report check() throws IOException {
        var config = options.read().values();
        try (var opened = OfflineDirectory.open(directory, config);
                var keys = Keys.open(directory.resolve("keys"))) {
            Optional<StoredLog> log = opened.findLog();
            Optional<CleanMark> mark = log.map(found -> new CleanMark(found.anchorFile()));
            var subject = new Fsck.Subject(
                    directory,
                    opened.snapshot(),
                    log,
                    keys.vault,
                    keys.vault == null ? null : new VaultRecordKeys(keys.vault),
                    Catalog.tables());
            var report = new Fsck(
                            subject,
                            new Fsck.Options(
                                    state,
                                    temporary,
                                    mark.flatMap(CleanMark::read).orElse(null),
                                    new Progress("entries", 0)))
                    .run();
            if (report.isClean() && state) {
                mark.ifPresent(each -> each.write(report.checkedAt()));
            }
            return report.with(keys.problem);
        }
    }

    private void tell(Report report) {
        if (json) {
            Console.json(report);
            return;
        }
        for (Finding finding : report.findings()) {
            Console.say(finding.toString());
        }
        long more = report.findingCount() - report.findings().size();
        if (more > 0) {
            Console.say("… and %d more findings".formatted(more));
        }
        report.notJudged().forEach(part -> Console.say("not judged: " + part));
        var looked = new StringBuilder();
        report.counts()
                .forEach((what, count) -> looked.append(looked.isEmpty() ? "" : ", ")
                        .append("%,d %s".formatted(count, what.replace('_', ' '))));
        Console.warn("%s: %s (%s)%s"
                .formatted(
                        report.log() == null ? directory : report.log(),
                        report.isClean() ? "clean" : report.findingCount() + " findings",
                        looked,
                        state ? "" : "; the state was not recomputed, --state does"));
    }

    /** The keys of a directory, opened for reading alone; why not, when they cannot be. */
    private static final class Keys implements AutoCloseable {
        private final @Nullable KeyVault vault;
        private final @Nullable Finding problem;

        private Keys(@Nullable KeyVault vault, @Nullable Finding problem) {
            this.vault = vault;
            this.problem = problem;
        }

        static Keys open(Path keys) {
            Path rootKey = keys.resolve("root.key");
            Path store = keys.resolve("vault.db");
            if (!Files.isRegularFile(rootKey) || !Files.isRegularFile(store)) {
                return new Keys(null, null);
            }
            try {
                return new Keys(
                        KeyVault.openReadOnly(rootKey, JdbcKeyStore.openSqliteReadOnly(store), InstantSource.system()),
                        null);
            } catch (ClewException e) {
                return new Keys(null, new Finding("E-VAULT", "vault", String.valueOf(e.getMessage()), -1, null));
            }
        }

        @Override
        public void close() {
            if (vault != null) {
                vault.close();
            }
        }
    }
}
