package dev.clew.server.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.cli.Connection;
import dev.clew.server.cli.Console;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who acts, where, and what the acts leave behind for later ones. Confined to the story's thread. */
final class Stage {
    /** Who takes part: each has a duty of its own. */
    enum Part {
        SECURITY("security-administrator", "SA"),
        SCIENTIST("data-scientist", "DS"),
        APPROVER("approver", "AP"),
        DEPLOYER("deployer", "DP"),
        SCORER("credit-scorer", "Ss"),
        CASE_WORKER("case-worker", "CW"),
        PRIVACY("privacy-officer", "PO"),
        AUDITOR("auditor", "AU");

        final String login;
        final String role;

        Part(String login, String role) {
            this.login = login;
            this.role = role;
        }
    }

    static final String MODEL = "credit-risk";
    static final String ENDPOINT = "credit-decisions";
    static final String DATASET = "german-credit";

    private final Connection server;
    private final Path example;
    private final Path data;
    private final @Nullable String databaseUrl;
    private final Map<Part, Connection> parts = new EnumMap<>(Part.class);
    private final Map<String, String> kept = new HashMap<>();
    private int act;

    /** @param databaseUrl where the tables are, when not in the directory */
    Stage(Connection server, Path example, Path data, @Nullable String databaseUrl) {
        this.databaseUrl = databaseUrl;
        this.server = server;
        this.example = example;
        this.data = data;
    }

    Connection server() {
        return server;
    }

    /** Data directory of the served story. */
    Path data() {
        return data;
    }

    /** PostgreSQL database and schema of the served story, with its password; null when its tables are in the directory. */
    @Nullable
    String databaseUrl() {
        return databaseUrl;
    }

    /** A file of the example. */
    Path file(String name) {
        return example.resolve(name);
    }

    void enter(Part part, String token) {
        parts.put(part, server.as(token));
    }

    Connection as(Part part) {
        Connection connection = parts.get(part);
        if (connection == null) {
            throw new IllegalStateException(part + " has not entered");
        }
        return connection;
    }

    void keep(String name, String value) {
        kept.put(name, value);
    }

    String kept(String name) {
        String value = kept.get(name);
        if (value == null) {
            throw new IllegalStateException(name + " is not known yet");
        }
        return value;
    }

    void act(String title) {
        Console.say("%n%d  %s".formatted(++act, title));
    }

    void say(String line) {
        Console.say("   " + line);
    }

    void say(List<String> lines) {
        lines.forEach(this::say);
    }

    /** Ends the story when something is not as it is told. */
    void expect(boolean asTold, String what) {
        if (!asTold) {
            throw new ClewException(ErrorCode.WRONG_STATE, "The story went otherwise than it is told: " + what);
        }
        say("✓ " + what);
    }

    /** Sends what must be refused, and says in which words it was. */
    void refused(Connection who, String path, Object body, String what) {
        HttpResponse<byte[]> answer = who.send("POST", path, Json.bytes(body), "application/json");
        expect(answer.statusCode() / 100 == 4, what);
        say("  “" + Connection.detail(answer) + "”");
    }

    /** An MLflow call, as its clients make it. */
    JsonNode mlflow(Connection who, String call, Object body) {
        return who.post("/api/2.0/mlflow/" + call, body);
    }
}
