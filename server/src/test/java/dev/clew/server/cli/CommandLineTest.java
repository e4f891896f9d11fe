package dev.clew.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Every command explains itself and refuses a wrong line with exit code 3 and a sentence; wrong files and values likewise. */
class CommandLineTest {
    @TempDir
    static Path dir;

    static Stream<List<String>> commands() {
        var all = new ArrayList<List<String>>();
        collect(new CommandLine(ClewCommand.class, CommandLineTest::make), List.of(), all);
        return all.stream();
    }

    private static <K> K make(Class<K> type) throws Exception {
        var constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        return constructor.newInstance();
    }

    private static void collect(CommandLine line, List<String> path, List<List<String>> all) {
        if (!path.isEmpty()) {
            all.add(path);
        }
        line.getSubcommands().forEach((name, below) -> {
            var longer = new ArrayList<>(path);
            longer.add(name);
            collect(below, List.copyOf(longer), all);
        });
    }

    private static int run(List<String> command, String... more) {
        var line = new ArrayList<>(command);
        line.addAll(List.of(more));
        return ClewCommand.run(line.toArray(String[]::new));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void explainsItselfAndRefusesWhatItDoesNotKnow(List<String> command) {
        assertThat(run(command, "--help")).isZero();
        assertThat(run(command, "--no-such-option")).isEqualTo(ExitCode.USAGE);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void saysWhatItIsForAndWhatEachOptionDoes(List<String> command) {
        CommandLine line = new CommandLine(ClewCommand.class, CommandLineTest::make);
        for (String name : command) {
            line = line.getSubcommands().get(name);
        }
        var spec = line.getCommandSpec();
        assertThat(spec.usageMessage().description()).as(command.toString()).isNotEmpty();
        spec.options()
                .forEach(option -> assertThat(option.description())
                        .as("%s %s", command, option.longestName())
                        .isNotEmpty());
        spec.positionalParameters()
                .forEach(parameter -> assertThat(parameter.description())
                        .as("%s %s", command, parameter.paramLabel())
                        .isNotEmpty());
    }

    @Test
    void wrongLinesEndWithTheCodeForIt() throws Exception {
        String none = dir.resolve("none").toString();
        String file = Files.writeString(dir.resolve("file"), "a,b\n1,2\n").toString();
        assertThat(ClewCommand.run()).isEqualTo(ExitCode.USAGE);
        for (List<String> wrong : List.of(
                List.of("nonsense"),
                List.of("verify"),
                List.of("verify", "a", "b"),
                List.of("export", none),
                List.of("fsck"),
                List.of("trace", "decision"),
                List.of("trace", "no-such-kind:1"),
                List.of("history", "decision:1"),
                List.of("history", "model-version:credit"),
                List.of("history", "model:credit", "--limit", "0"),
                List.of("trace", "decision:1", "--depth", "0"),
                List.of("trace", "decision:1", "--server", "nonsense"),
                List.of("user"),
                List.of("user", "add"),
                List.of("user", "list", "--data", none),
                List.of("token", "create"),
                List.of("token", "create", "--user", "x", "--data", none),
                List.of("token", "create", "--user", "x", "--expires", "soon", "--data", dir.toString()),
                List.of("backup", none),
                List.of("backup", none, dir.resolve("b").toString()),
                List.of("restore", none),
                List.of("explain", file),
                List.of("predict", file),
                List.of("counterfactual", file, file),
                List.of("importance", file),
                List.of("model", "inspect"),
                List.of("demo", "--port", "x"),
                List.of("config", "extra"))) {
            assertThat(run(wrong)).as(String.join(" ", wrong)).isEqualTo(ExitCode.USAGE);
        }
        for (List<String> wrong : List.of(
                List.of("config", "--set", "http.prot=1"),
                List.of("config", "--set", "http.port=99999"),
                List.of("config", "--config", none),
                List.of("serve", "--set", "nonsense"),
                List.of("serve", "--port", "x"),
                List.of("serve", "--host", "0.0.0.0"))) {
            assertThat(run(wrong)).as(String.join(" ", wrong)).isEqualTo(ExitCode.CONFIGURATION);
        }
        for (List<String> undecided : List.of(List.of("verify", none), List.of("fsck", none))) {
            assertThat(run(undecided)).as(String.join(" ", undecided)).isEqualTo(ExitCode.UNDECIDED);
        }
        for (List<String> failed : List.of(
                List.of("export", none, dir.resolve("t").toString()),
                List.of("restore", none, dir.resolve("r").toString()),
                List.of("user", "list", "--server", "http://127.0.0.1:1"),
                List.of("model", "inspect", file))) {
            assertThat(run(failed)).as(String.join(" ", failed)).isEqualTo(ExitCode.FAILED);
        }
    }
}
