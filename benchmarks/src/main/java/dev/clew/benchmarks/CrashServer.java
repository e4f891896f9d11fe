package dev.clew.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.cli.ClewCommand;
import dev.clew.server.cli.Connection;
import dev.clew.server.storage.FileTrees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** One data directory that is served again after every kill, and the people who use it. Confined to the benchmark's thread. */
final class CrashServer {
    /** Who writes and reads: duties are separated, so it takes some. */
    enum Part {
        SECURITY("SA"),
        SCIENTIST("DS"),
        SCORER("Ss"),
        CASE_WORKER("CW"),
        PRIVACY("PO"),
        AUDITOR("AU");

        private final String role;

        Part(String role) {
            this.role = role;
        }
    }

    private static final String[] SETTINGS = {
        "ledger.public=all", "segments.max_chunks=24", "segments.after=2s", "segments.size=256KiB"
    };

    /** A server with a debug agent takes no cache whose classes are linked. */
    private static final String UNLINKED = "-XX:-AOTClassLinking";

    private static final String QUICK = "-XX:TieredStopAtLevel=1";

    private final Path root;
    private final Path cache;
    private final Map<Part, String> tokens = new EnumMap<>(Part.class);
    private String operator = "";
    private volatile ServedProcess process;
    private Debugger debugger;

    private CrashServer(Path root, Path cache, ServedProcess process, Debugger debugger) {
        this.root = root;
        this.cache = cache;
        this.process = process;
        this.debugger = debugger;
        // An interrupted benchmark leaves no server behind.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> this.process.destroy()));
    }

    /**
     * Starts one on an empty directory and makes its people.
     *
     * @param cache classes of the server as {@link #learn} left them; it may be missing
     */
    static CrashServer on(Path root, Path cache) throws IOException {
        Debugger debugger = Debugger.listen();
        return new CrashServer(root, cache, serve(root, cache, debugger), debugger).withPeople();
    }

    /** Serves a directory of its own for a while, so that starts to come read classes from a cache. */
    static void learn(Path root, Path cache) throws IOException, InterruptedException {
        Debugger debugger = Debugger.listen();
        var process = ServedProcess.start(
                Files.createDirectories(root), List.of(QUICK, UNLINKED, "-XX:AOTCacheOutput=" + cache), SETTINGS);
        var server = new CrashServer(root, cache, process, debugger).withPeople();
        var clients = new CrashClients(server, new Acknowledgements(), "learn");
        clients.start();
        clients.awaitWarm(Duration.ofMinutes(2));
        process.stop(Duration.ofMinutes(5));
        clients.join();
        server.end();
        FileTrees.delete(root);
    }

    private CrashServer withPeople() throws IOException {
        operator = Files.readString(root.resolve("data/keys/admin.token")).strip();
        Connection operating = operator();
        String tomorrow = Instant.now().plus(1, ChronoUnit.DAYS).toString();
        for (Part part : Part.values()) {
            String name = part.name().toLowerCase(java.util.Locale.ROOT);
            boolean service = part == Part.SCORER;
            operating.post(
                    "/api/clew/v1/users",
                    service
                            ? Map.of("name", name, "role", part.role, "service", true, "owner", "security")
                            : Map.of("name", name, "role", part.role));
            JsonNode token =
                    operating.post("/api/clew/v1/tokens", Map.of("user", name, "name", "crash", "expires", tomorrow));
            tokens.put(part, token.path("token").textValue());
        }
        return this;
    }

    private static ServedProcess serve(Path root, Path cache, Debugger debugger) throws IOException {
        List<String> flags = Files.exists(cache)
                ? List.of(debugger.flag(), QUICK, "-XX:AOTCache=" + cache, "-Xlog:aot=off", "-Xlog:cds=off")
                : List.of(debugger.flag(), QUICK);
        return ServedProcess.start(root, flags, SETTINGS);
    }

    Path root() {
        return root;
    }

    Path data() {
        return root.resolve("data");
    }

    Debugger debugger() {
        return debugger;
    }

    Connection as(Part part) {
        return Connection.to(process.url())
                .as(tokens.get(part))
                .because("request; crash benchmark")
                .purpose("decision-review");
    }

    /** The machine's own operator. */
    Connection operator() {
        return Connection.to(process.url()).as(operator).because("request; crash benchmark");
    }

    void kill() throws IOException {
        process.kill();
    }

    /** Serves the same directory again. */
    void restart() throws IOException {
        debugger.close();
        debugger = Debugger.listen();
        process = serve(root, cache, debugger);
    }

    /** Findings of {@code clew fsck --state}, run beside the server; empty when it is clean. */
    String fsck() throws IOException, InterruptedException {
        String[] command = {
            "fsck", data().toString(), "--state", "--set", "ledger.anchor_file=" + root.resolve("anchor")
        };
        if (ClewCommand.run(command) == 0) {
            return "";
        }
        // Once more in a process of its own, for its words.
        Process process = ServedProcess.command(command);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return "exit %d: %s".formatted(process.waitFor(), said.strip());
    }

    /** The log of the last start. */
    String log() throws IOException {
        return Files.readString(root.resolve("server.log"));
    }

    /** Kills what runs and closes what is open; files stay. */
    void end() throws IOException {
        process.kill();
        debugger.close();
    }
}
