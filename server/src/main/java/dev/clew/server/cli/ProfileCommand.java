package dev.clew.server.cli;

import dev.clew.quality.docs.ProfilePage;
import dev.clew.quality.profile.ColumnProfile;
import dev.clew.quality.profile.Numbers;
import dev.clew.quality.profile.Profile;
import dev.clew.quality.profile.ProfileDiff;
import dev.clew.quality.profile.Profiler;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clew profile}: what a table holds, or how two of them differ. */
@Command(
        name = "profile",
        description = "Say what a table holds, or with --against how it differs from an earlier one.",
        mixinStandardHelpOptions = true)
final class ProfileCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "CSV, TSV, JSON lines or Parquet.")
    Path file = Path.of("");

    @Option(names = "--against", paramLabel = "FILE", description = "An earlier version of the table.")
    @Nullable
    Path against;

    @Option(names = "--json", description = "For programs.")
    boolean json;

    @Option(names = "--html", paramLabel = "FILE", description = "Write one page.")
    @Nullable
    Path html;

    @Mixin
    TableInput input = new TableInput();

    @Override
    public Integer call() {
        return Qualities.told(() -> {
            Profile profile = read(file);
            if (against != null) {
                var diff = ProfileDiff.of(read(against), profile);
                if (json) {
                    Console.say(diff.json().toPrettyString());
                } else if (diff.changes().isEmpty()) {
                    Console.say("Nothing differs.");
                } else {
                    diff.changes().forEach(change -> Console.say(change.sentence()));
                }
                return ExitCode.OK;
            }
            if (html != null) {
                Qualities.write(html, ProfilePage.html(profile));
            }
            if (json) {
                Console.say(profile.json().toPrettyString());
            } else if (html == null) {
                say(profile);
            }
            return ExitCode.OK;
        });
    }

    private Profile read(Path from) {
        try (var table = input.open(from)) {
            return Profiler.profile(table, TerminalProgress.onTerminal());
        }
    }

    private static void say(Profile profile) {
        Console.say("%s: %,d rows, %d columns, %,d duplicate rows"
                .formatted(profile.table(), profile.rows(), profile.columns().size(), profile.duplicateRows()));
        for (ColumnProfile column : profile.columns()) {
            Numbers numbers = column.numbers();
            String values = numbers != null
                    ? "%.4g … %.4g, mean %.4g".formatted(numbers.min(), numbers.max(), numbers.mean())
                    : column.top().isEmpty()
                            ? ""
                            : "most often " + column.top().getFirst().value();
            Console.say("  %-24s %-12s %s%,d distinct, %.1f %% missing  %s"
                    .formatted(
                            column.name(),
                            column.column().declared(),
                            column.distinctExact() ? "" : "~",
                            column.distinct(),
                            column.rows() == 0 ? 0 : 100.0 * column.missing() / column.rows(),
                            values));
        }
    }
}
