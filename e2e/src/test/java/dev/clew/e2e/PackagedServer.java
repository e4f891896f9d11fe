package dev.clew.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server as it is packaged, in a process of its own, on a free port and an own data directory. Confined to one test class. */
public final class PackagedServer implements AutoCloseable {
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final Path TARGET = HOME.resolve("server").resolve("target");
    private static final Pattern READY = Pattern.compile("^Clew is ready at (\\S+)");
    private static final Pattern TOLD = Pattern.compile("^The server goes on at (\\S+)");

    private final Process process;
    private final String url;

    private PackagedServer(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /**
     * Starts it and waits until it answers.
     *
     * @param directory for data and anchor
     * @param settings {@code key=value}
     */
    public static PackagedServer start(Path directory, String... settings) throws IOException {
        return run(List.of(), serving(directory, settings), READY);
    }

    /**
     * As {@link #start}, with the directory on a memory file system of its own, which nobody else sees and which goes with the server. Linux
     * alone has that; a user without rights needs a kernel that grants user namespaces.
     *
     * @param mebibytes size of the disk
     */
    public static PackagedServer onSmallDisk(Path directory, int mebibytes, String... settings) throws IOException {
        boolean root = "root".equals(System.getProperty("user.name"));
        return run(
                List.of(
                        "unshare",
                        root ? "-m" : "-Urm",
                        "sh",
                        "-c",
                        "mount -t tmpfs -o size=%dm,mode=0700 tmpfs \"$0\" && exec \"$@\"".formatted(mebibytes),
                        directory.toString()),
                serving(directory, settings),
                READY);
    }

    private static List<String> serving(Path directory, String... settings) {
        var command = new ArrayList<>(List.of(
                "serve",
                "--port",
                "0",
                "--data",
                directory.resolve("data").toString(),
                "--set",
                "ledger.anchor_file=" + directory.resolve("anchor")));
        for (String setting : settings) {
            command.add("--set");
            command.add(setting);
        }
        return command;
    }

    /** Plays the demo to its end, with its data in {@code directory/data}; the server goes on. */
    public static PackagedServer demo(Path directory) throws IOException {
        return run(
                List.of(),
                List.of(
                        "demo",
                        "--port",
                        "0",
                        "--data",
                        directory.resolve("data").toString()),
                TOLD);
    }

    /** @param within what the process is started by */
    private static PackagedServer run(List<String> within, List<String> arguments, Pattern ready) throws IOException {
        List<String> command = new ArrayList<>(within);
        command.addAll(java(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        alone(builder);
        Process process = builder.start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        var said = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
            Matcher answers = ready.matcher(line);
            if (answers.find()) {
                Thread.ofVirtual().start(() -> drain(output));
                return new PackagedServer(process, answers.group(1));
            }
        }
        throw new IOException("The server did not start:\n" + said);
    }

    /** The command line of what is packaged. */
    static List<String> java(List<String> arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx224m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                jar()
                        + System.getProperty("path.separator")
                        + TARGET.resolve("lib").resolve("*"),
                "dev.clew.server.Main"));
        command.addAll(arguments);
        return command;
    }

    /** Nothing of the environment that the tests run in says how it works. */
    static void alone(ProcessBuilder builder) {
        builder.environment().keySet().removeIf(name -> name.startsWith("CLEW_"));
        builder.environment().put("CLEW_HOME", HOME.toString());
    }

    /** What it says later is of no interest, but must not fill the pipe. */
    private static void drain(BufferedReader output) {
        try (output) {
            while (output.readLine() != null) {
                // dropped
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path jar() throws IOException {
        try (var files = Files.newDirectoryStream(TARGET, "clew-server-*.jar")) {
            for (Path file : files) {
                if (!file.getFileName().toString().contains("tests")) {
                    return file;
                }
            }
        }
        throw new IOException("The server is not packaged: run ./mvnw -pl server -am package first.");
    }

    /** Its directory as it sees it: what is mounted for it alone, too. */
    public Path seen(Path directory) {
        return Path.of("/proc", Long.toString(process.pid()), "root")
                .resolve(directory.toString().substring(1));
    }

    public String url() {
        return url;
    }

    /** Most bytes of memory that it had at any moment, the kernel says. */
    public long memoryPeak() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        throw new IOException("The kernel does not say how much memory the server took.");
    }

    /** Stops it as an operator would. */
    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("The server did not stop within 30 s.");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
