package dev.clew.server.cli;

import dev.clew.quality.docs.ProfilePage;
import dev.clew.quality.profile.ColumnProfile;
import dev.clew.quality.profile.Merged;
import dev.clew.quality.profile.Numbers;
import dev.clew.quality.profile.Profile;
import dev.clew.quality.profile.ProfileDiff;
import dev.clew.quality.profile.Profiler;
import dev.clew.quality.profile.Profiles;
import dev.clew.quality.table.ColumnType;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clew profile}: what a table holds, how two of them differ, or what one holds whose parts were profiled. */
@Command(
        name = "profile",
        description =
                "Say what a table holds, with --against how it differs from an earlier one, or with --merge what parts hold together.",
        mixinStandardHelpOptions = true)
final class ProfileCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "CSV, TSV, JSON lines or Parquet; with --merge profiles that --json --sketches wrote.")
    List<Path> files = new ArrayList<>();

    @Spec
    @Nullable
    CommandSpec command;

    @Option(names = "--against", paramLabel = "FILE", description = "An earlier version of the table.")
    @Nullable
    Path against;

    @Option(names = "--merge", description = "Merge the profiles of parts of one table that share no row.")
    boolean merge;

    @Option(names = "--json", description = "For programs.")
    boolean json;

    @Option(names = "--sketches", description = "With --json: also the sketches by which profiles of parts merge.")
    boolean sketches;

    @Option(names = "--html", paramLabel = "FILE", description = "Write one page.")
    @Nullable
    Path html;

    @Mixin
    TableInput input = new TableInput();

    @Override
    public Integer call() {
        if (files.size() > 1 && !merge) {
            throw usage("%d files were named; profile one, or merge profiles with --merge.".formatted(files.size()));
        }
        if (merge && against != null) {
            throw usage("--merge and --against were both given; merge first, then compare tables.");
        }
        if (sketches && (!json || against != null)) {
            throw usage("--sketches adds to what --json prints of one table; give both and no --against.");
        }
        if (files.size()
                > files.stream()
                        .map(Path::toAbsolutePath)
                        .map(Path::normalize)
                        .distinct()
                        .count()) {
            throw usage("A part is named twice, so its rows would count twice; name each once.");
        }
        return Qualities.told(() -> {
            Profile profile =
                    merge ? Profiles.merge(files.stream().map(Profiles::read).toList()) : read(files.getFirst());
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
                Console.say((sketches ? profile.document() : profile.json()).toPrettyString());
            } else if (html == null) {
                say(profile);
            }
            return ExitCode.OK;
        });
    }

    private Profile read(Path from) {
        try (var table = input.open(from)) {
            return sketches
                    ? Profiler.part(table, TerminalProgress.onTerminal())
                    : Profiler.profile(table, TerminalProgress.onTerminal());
        }
    }

    private static void say(Profile profile) {
        Long duplicates = profile.duplicateRows();
        Console.say("%s: %,d rows, %d columns%s"
                .formatted(
                        profile.table(),
                        profile.rows(),
                        profile.columns().size(),
                        duplicates == null ? "" : ", %,d duplicate rows".formatted(duplicates)));
        for (ColumnProfile column : profile.columns()) {
            Numbers numbers = column.numbers();
            String values = numbers != null
                    ? range(column, numbers)
                    : column.top().isEmpty()
                            ? ""
                            : "most often " + column.top().getFirst().value();
            Console.say("  %-24s %-12s %s%,d distinct, %.1f %% missing  %s"
                    .formatted(
                            column.name(),
                            column.column().declared().replace("\"", ""),
                            column.distinctExact() ? "" : "~",
                            column.distinct(),
                            column.rows() == 0 ? 0 : 100.0 * column.missing() / column.rows(),
                            values));
        }
        Merged merged = profile.merged();
        if (merged != null) {
            merged.unknown().forEach(remark -> Console.say("Not known: " + remark.sentence()));
            merged.approximate().forEach(remark -> Console.say("Within a bound: " + remark.sentence()));
        }
    }

    /** Dates and times as such, numbers with four digits. */
    private static String range(ColumnProfile column, Numbers numbers) {
        ColumnType type = column.column().type();
        if (type != ColumnType.DATE && type != ColumnType.TIMESTAMP) {
            return "%.4g … %.4g, mean %.4g".formatted(numbers.min(), numbers.max(), numbers.mean());
        }
        List<String> ends = new ArrayList<>();
        for (double seconds : new double[] {numbers.min(), numbers.max()}) {
            String time = Instant.ofEpochSecond((long) Math.floor(seconds)).toString();
            ends.add(type == ColumnType.DATE ? time.substring(0, time.indexOf('T')) : time);
        }
        return String.join(" … ", ends);
    }

    private RuntimeException usage(String message) {
        return command == null
                ? new IllegalStateException(message)
                : new ParameterException(command.commandLine(), message);
    }
}
