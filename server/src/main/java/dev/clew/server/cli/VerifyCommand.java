package dev.clew.server.cli;

import dev.clew.ledger.verify.Verifier;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clew verify}: checks a proof bundle or an export, without a server and without the network. */
@Command(name = "verify", description = "Verify a proof bundle or an export offline.", mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "A .tlog-proof bundle, or the directory or zip of an export.")
    Path file = Path.of("");

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "Trust policy; without it the one beside FILE, then your own.")
    @Nullable
    Path policy;

    @Option(names = "--expect", paramLabel = "ID", description = "Id the bundle must be about.")
    @Nullable
    String expect;

    @Option(names = "--json", description = "For programs.")
    boolean json;

    @Override
    public Integer call() {
        var report = Verifier.verifyFile(file, Optional.ofNullable(policy), Optional.ofNullable(expect));
        Console.say(json ? report.json() : report.text());
        return report.exitCode();
    }
}
