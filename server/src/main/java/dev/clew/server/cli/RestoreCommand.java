package dev.clew.server.cli;

import dev.clew.server.Config;
import dev.clew.server.DataDirectory;
import dev.clew.server.Wiring;
import dev.clew.server.backup.Restore;
import dev.clew.server.common.ClewException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clew restore}: a data directory from an archive, with newer erasures repeated before anything is served. */
@Command(
        name = "restore",
        description = "Make a data directory of an archive; newer erasures are repeated, a rollback is noticed.",
        mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "SOURCE", description = "The archive: a directory written by clew backup.")
    Path source = Path.of("");

    @Parameters(index = "1", paramLabel = "DIR", description = "New data directory.")
    Path directory = Path.of("");

    @Option(
            names = "--keys",
            paramLabel = "ARCHIVE",
            description = "The key archive made with it, or a later one. Without it only proofs can be checked.")
    @Nullable
    Path keys;

    @Option(
            names = "--root-key",
            paramLabel = "FILE",
            description = "Your copy of keys/root.key. Without it put it in place before the first start.")
    @Nullable
    Path rootKey;

    @Option(
            names = "--erasures",
            paramLabel = "FILE",
            description = "The newest file of erasures; default the one beside the log's anchor on this machine.")
    @Nullable
    Path erasures;

    @Option(
            names = "--erasures-unknown",
            description = "Go on although nothing says who was erased since; the ledger says so for ever.")
    boolean erasuresUnknown;

    @Option(
            names = "--lose-entries",
            description = "Go on although the anchor knows more entries: the log takes a new name and new keys.")
    boolean loseEntries;

    @Option(names = "--json", description = "For programs.")
    boolean json;

    @Mixin
    ConfigOptions options = new ConfigOptions();

    @Override
    public Integer call() {
        var sources = options.sources();
        sources.flag("http.host", "127.0.0.1", "clew restore");
        sources.flag("http.port", "0", "clew restore");
        var config = Config.read(sources).values();
        var report = new Restore(
                        new Restore.Order(source, directory, keys, rootKey, erasures, erasuresUnknown, loseEntries),
                        config.ledger(),
                        config.privacy().erasuresFile())
                .run();
        boolean ready = report.hasKeys() && report.hasRootKey();
        if (ready) {
            start(config);
        }
        if (json) {
            Console.json(report);
            return ExitCode.OK;
        }
        Console.say("Restored %,d entries of %s, as of %s, into %s."
                .formatted(report.entries(), report.origin(), report.madeAt(), directory));
        if (report.anchored() == null) {
            Console.warn(
                    "No anchor of this log was found here: whether entries were acknowledged after the archive cannot be told. If so, restore with --lose-entries.");
        }
        if (!report.erasuresKnown()) {
            Console.warn("Who was erased after the archive is not known; their data may be readable again.");
        }
        Console.say(
                ready
                        ? "%,d erasures were checked and repeated where needed; it may be served."
                                .formatted(report.erasures())
                        : report.hasKeys()
                                ? "Put root.key into %s; the first start repeats %,d erasures before it answers."
                                        .formatted(directory.resolve("keys"), report.erasures())
                                : "Without its keys it cannot be served: put vault.db of the key archive and root.key into %s."
                                        .formatted(directory.resolve("keys")));
        return ExitCode.OK;
    }

    /** What needs keys is done by the first start: at once, so that the keys of the erased do not lie there until somebody serves it. */
    private void start(Config config) {
        try (var taken = DataDirectory.take(directory);
                var wiring = new Wiring(config, taken)) {
            Console.warn("The copy was opened at %s and is closed again.".formatted(wiring.url()));
        } catch (ClewException e) {
            Console.warn("The copy lies in \"%s\", but it does not start:".formatted(directory));
            throw e;
        }
    }
}
