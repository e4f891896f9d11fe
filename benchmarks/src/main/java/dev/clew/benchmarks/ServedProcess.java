package dev.clew.benchmarks;

import dev.clew.server.storage.FileTrees;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A Clew server in a process of its own, with the launcher's flags, on a directory that goes with it. */
final class ServedProcess implements AutoCloseable {
    private static final List<String> FLAGS = List.of(
            "-Xmx156m",
            "-Xmn32m",
            "-XX:TrimNativeHeapInterval=5000",
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-XX:MaxDirectMemorySize=48m",
            "--enable-native-access=ALL-UNNAMED");

    private final Process process;
    private final Path root;
    private final String url;
    private final Duration start;
    private boolean kept;

    private ServedProcess(Process process, Path root, String url, Duration start) {
        this.process = process;
        this.root = root;
        this.url = url;
        this.start = start;
    }

    /** Ends in order when closed, and leaves its directory for a later start on it. */
    ServedProcess keep() {
        kept = true;
        return this;
    }

    /** Starts one on an empty directory and waits until it answers. */
    static ServedProcess start(String... settings) throws IOException {
        Path root = Files.createTempDirectory("clew-bench");
        return start(root, settings);
    }

    /** Starts one on {@code root/data}, which stays. */
    static ServedProcess startKept(Path root, String... settings) throws IOException {
        ServedProcess server = start(Files.createDirectories(root), settings);
        server.kept = true;
        return server;
    }

    /** Starts one on {@code root/data}. */
    static ServedProcess start(Path root, String... settings) throws IOException {
        return start(root, List.of(), settings);
    }

    /** Starts one on {@code root/data} with more flags of the virtual machine. */
    static ServedProcess start(Path root, List<String> flags, String... settings) throws IOException {
        List<String> command = java(flags);
        command.addAll(List.of("serve", "--data", root.resolve("data").toString(), "--port", "0"));
        command.addAll(List.of("--set", "ledger.anchor_file=" + root.resolve("anchor")));
        for (String setting : settings) {
            command.addAll(List.of("--set", setting));
        }
        long begin = System.nanoTime();
        var builder = new ProcessBuilder(command);
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        Process process =
                builder.redirectError(root.resolve("server.log").toFile()).start();
        var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.startsWith("Clew is ready at ")) {
                Duration took = Duration.ofNanos(System.nanoTime() - begin);
                Thread.ofPlatform().daemon().start(() -> drain(reader));
                return new ServedProcess(process, root, line.substring(17).strip(), took);
            }
        }
        throw new IOException("the server did not start:\n" + Files.readString(root.resolve("server.log")));
    }

    /** Another command of the product, with output and errors in one stream. */
    static Process command(String... arguments) throws IOException {
        List<String> command = java(List.of());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** The virtual machine with the launcher's flags of a server, up to the name of the command. */
    static List<String> java(List<String> flags) {
        return launched(Stream.concat(FLAGS.stream(), flags.stream()).toList());
    }

    /** The same with flags of one's own alone. */
    static List<String> launched(List<String> flags) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        String options = System.getenv().getOrDefault("CLEW_JAVA_OPTS", "").strip();
        if (!options.isEmpty()) {
            command.addAll(List.of(options.split("\\s+")));
        }
        Path built = Path.of(System.getenv().getOrDefault("CLEW_HOME", "."), "server", "target");
        Path jar = built.resolve("clew-server-0.1.0-SNAPSHOT.jar");
        if (Files.exists(built.resolve("native"))) {
            command.add("-Dorg.sqlite.lib.path=" + built.resolve("native"));
        }
        if (Files.exists(jar)) {
            // What the launcher runs, with its cache of classes if there is one.
            if (flags.stream().noneMatch(flag -> flag.contains("AOTCache"))
                    && Files.exists(built.resolve("clew.aot"))) {
                command.addAll(List.of("-XX:AOTCache=" + built.resolve("clew.aot"), "-Xlog:aot=off", "-Xlog:cds=off"));
            }
            command.addAll(List.of("-cp", jar + ":" + built.resolve("lib/*")));
        } else {
            command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        }
        command.add("dev.clew.server.Main");
        return command;
    }

    String url() {
        return url;
    }

    Path data() {
        return root.resolve("data");
    }

    /** From the start of the process until it said that it answers. */
    Duration timeToStart() {
        return start;
    }

    /** Seconds of CPU it has used. */
    double cpuSeconds() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
    }

    /** Resident memory in MiB, or NaN where /proc does not say. */
    double residentMiB() {
        return status(process.pid(), "VmRSS:");
    }

    /** The most it ever had resident, in MiB, or NaN. */
    double mostResidentMiB() {
        return status(process.pid(), "VmHWM:");
    }

    /** A field of {@code /proc/PID/status} in MiB, or NaN where there is none. */
    static double status(long pid, String field) {
        try (var lines = Files.lines(Path.of("/proc/%d/status".formatted(pid)))) {
            return lines.filter(line -> line.startsWith(field))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1_024)
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    /** Ends it as an operator would. */
    int stop() throws InterruptedException {
        return stop(Duration.ofSeconds(20));
    }

    int stop(Duration patience) throws InterruptedException {
        process.destroy();
        return process.waitFor(patience.toSeconds(), TimeUnit.SECONDS) ? process.exitValue() : -1;
    }

    /** Ends it at once, by SIGKILL; its files stay. */
    void kill() throws IOException {
        process.destroyForcibly();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                throw new IOException("the server cannot be killed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tells it to go, whatever it does, and does not wait. */
    void destroy() {
        process.destroyForcibly();
    }

    @Override
    public void close() throws IOException {
        if (kept) {
            try {
                stop();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return;
        }
        kill();
        if (kept) {
            return;
        }
        FileTrees.delete(root);
    }

    /** Lines of a file that hold a text; none while there is no file. */
    static List<String> linesOf(Path file, String text) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.contains(text)).toList();
        }
    }

    /** As {@link #linesOf}, once there are so many. */
    static List<String> awaitLines(Path file, String text, long count, Duration patience)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        List<String> lines = linesOf(file, text);
        while (lines.size() < count) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("%s has %d lines, not %d".formatted(file, lines.size(), count));
            }
            Thread.sleep(50);
            lines = linesOf(file, text);
        }
        return lines;
    }

    private static void drain(BufferedReader reader) {
        try {
            while (reader.readLine() != null) {
                // what it says is not looked at
            }
        } catch (IOException e) {
            // it ended
        }
    }
}
