package dev.clew.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** {@code clew serve} in a process of its own, from the classes under test, on a free port. */
public final class ServerProcess implements AutoCloseable {
    private static final String READY = "Clew is ready at ";

    private final Process process;
    private final List<String> said = new CopyOnWriteArrayList<>();
    private String url = "";

    private ServerProcess(Process process) {
        this.process = process;
    }

    /** Starts it on {@code root/data} with its anchor in {@code root} and waits until it answers. */
    public static ServerProcess start(Path root, List<String> settings) throws IOException {
        return start(root, settings, Map.of());
    }

    /** As {@link #start(Path, List)}, with more variables in its environment. */
    public static ServerProcess start(Path root, List<String> settings, Map<String, String> environment)
            throws IOException {
        var server = new ServerProcess(launch(command(root, "serve", settings), environment));
        BufferedReader output = server.process.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            server.said.add(line);
            if (line.startsWith(READY)) {
                server.url = line.substring(READY.length()).strip();
                Thread.ofPlatform().daemon().start(() -> output.lines().forEach(server.said::add));
                return server;
            }
        }
        throw new IOException("The server did not start: " + server.said);
    }

    /** What a command said, and its exit code. */
    public record Ended(int exit, String said) {}

    /** Runs a command on the same directory to its end. */
    public static Ended run(Path root, String verb, List<String> settings, String... arguments) throws Exception {
        List<String> command = command(root, verb, settings);
        command.addAll(List.of(arguments));
        Process process = launch(command, Map.of());
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), said);
    }

    private static List<String> command(Path root, String verb, List<String> settings) {
        // Where tests run from a jar of jars, the real path is told by this property.
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx224m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                path,
                "dev.clew.server.Main",
                verb));
        command.addAll(List.of("--set", "ledger.anchor_file=" + root.resolve("anchor")));
        for (String setting : settings) {
            command.addAll(List.of("--set", setting));
        }
        if (verb.equals("serve")) {
            command.addAll(List.of("--port", "0", "--data", root.resolve("data").toString()));
        }
        return command;
    }

    private static Process launch(List<String> command, Map<String, String> environment) throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("CLEW_"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    public String url() {
        return url;
    }

    /** As a power cut would: nothing is tidied up. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits until it ends by itself; its exit code, or −1 when it goes on. */
    public int awaitEnd(Duration patience) throws InterruptedException {
        return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS) ? process.exitValue() : -1;
    }

    /** Lines it printed so far. */
    public List<String> said() {
        return List.copyOf(said);
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("The server did not stop within 30 s: " + said);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
