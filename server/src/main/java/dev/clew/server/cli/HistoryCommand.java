package dev.clew.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import dev.clew.server.common.Ref;
import dev.clew.server.common.VisibleText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clew history}: who changed what of a thing, when, from what to what and why. */
@Command(
        name = "history",
        description = "Who changed what of a run, experiment, model or version, when, from what to what, and why.",
        mixinStandardHelpOptions = true)
final class HistoryCommand implements Callable<Integer> {
    private static final int PAGE = 1_000;
    private static final int MAX_CHANGES = 100_000;
    private static final int SHOWN = 60;
    private static final int ATTEMPTS = 20;
    private static final long PAUSE_NANOS = 100_000_000;

    @Mixin
    ServerOptions server = new ServerOptions();

    @Parameters(paramLabel = "REF", description = "run:ID, experiment:ID, model:NAME or model-version:NAME/NUMBER.")
    String ref = "";

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "Only of this tag, parameter or alias, or of this field, such as description or stage.")
    @Nullable
    String key;

    @Option(names = "--limit", paramLabel = "N", description = "The newest N changes; default 1000, at most 100000.")
    int limit = PAGE;

    @Option(
            names = "--proofs",
            paramLabel = "FOLDER",
            description =
                    "Also write the proof of each change's entry there, and the policy that \"clew verify\" reads beside it.")
    @Nullable
    Path proofs;

    @Option(names = "--json", description = "For programs.")
    boolean json;

    @Override
    public Integer call() throws IOException {
        if (limit < 1 || limit > MAX_CHANGES) {
            throw new ClewException(
                    ErrorCode.USAGE, "--limit is a number from 1 to %d, not %d.".formatted(MAX_CHANGES, limit));
        }
        String path = path();
        var evidence = new LinkedHashMap<String, String>();
        ArrayNode changes = server.call(false, connection -> {
            ArrayNode found = read(connection, path);
            if (proofs != null) {
                evidence.put("policy", connection.text("/ledger/policy"));
                found.forEach(change -> evidence.computeIfAbsent(
                        "entry-%d.tlog-proof".formatted(change.path("seq").asLong()),
                        _ -> proof(connection, change.path("seq").asLong())));
            }
            return found;
        });
        if (proofs != null) {
            Files.createDirectories(proofs);
            for (var file : evidence.entrySet()) {
                Files.writeString(proofs.resolve(file.getKey()), file.getValue());
            }
        }
        if (json) {
            Console.json(changes);
            return ExitCode.OK;
        }
        if (changes.isEmpty()) {
            Console.say(key == null ? "Nothing changed." : "Nothing changed of \"%s\".".formatted(key));
        }
        changes.forEach(change -> Console.say(VisibleText.of("%s  %-16s  %s: %s → %s%s  #%d"
                .formatted(
                        change.path("at").asText(),
                        change.path("who_name").asText(),
                        change.path("what").asText(),
                        value(change, "from"),
                        value(change, "to"),
                        why(change),
                        change.path("seq").asLong()))));
        return ExitCode.OK;
    }

    private ArrayNode read(Connection connection, String path) {
        ArrayNode found = Json.MAPPER.createArrayNode();
        String cursor = "";
        do {
            JsonNode page = connection.get(path + "?limit=%d%s".formatted(PAGE, cursor));
            for (JsonNode change : page.path("items")) {
                if (found.size() < limit && isAsked(change.path("what").asText())) {
                    found.add(change);
                }
            }
            cursor = page.path("cursor").isTextual()
                    ? "&cursor=" + Connection.segment(page.path("cursor").textValue())
                    : "";
        } while (!cursor.isEmpty() && found.size() < limit);
        return found;
    }

    /** An entry is signed a quarter of a second after it was written at the latest. */
    private static String proof(Connection connection, long seq) {
        for (int attempt = 1; ; attempt++) {
            try {
                return connection.text("/api/clew/v1/ledger/proof?index=" + seq);
            } catch (ClewException e) {
                if (e.code() != ErrorCode.NOT_FOUND || attempt == ATTEMPTS) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private boolean isAsked(String what) {
        return key == null
                || what.equals(key)
                || what.substring(what.indexOf(' ') + 1).equals(key);
    }

    private static String value(JsonNode change, String field) {
        JsonNode value = change.path(field);
        if (!value.isTextual()) {
            return change.path("erased").asBoolean() ? "(erased)" : "–";
        }
        String text = value.textValue().replaceAll("\\s+", " ");
        return '"' + (text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text) + '"';
    }

    private static String why(JsonNode change) {
        String text = change.path("reason").asText("");
        return text.isEmpty() || text.equals("null") ? "" : "  (%s)".formatted(text);
    }

    private String path() {
        Ref asked;
        try {
            asked = Ref.parse(ref);
        } catch (ClewException e) {
            throw new ClewException(ErrorCode.USAGE, String.valueOf(e.getMessage()), e);
        }
        String id = asked.id();
        String base = "/api/clew/v1/";
        return switch (asked.kind().text()) {
            case "run" -> base + "runs/" + Connection.segment(id) + "/history";
            case "experiment" -> base + "experiments/" + Connection.segment(id) + "/history";
            case "model" -> base + "models/" + Connection.segment(id) + "/history";
            case "model-version" -> {
                int slash = id.lastIndexOf('/');
                if (slash < 1 || slash == id.length() - 1) {
                    throw new ClewException(
                            ErrorCode.USAGE,
                            "\"%s\" names no version; write model-version:NAME/NUMBER.".formatted(ref));
                }
                yield base
                        + "models/%s/versions/%s/history"
                                .formatted(
                                        Connection.segment(id.substring(0, slash)),
                                        Connection.segment(id.substring(slash + 1)));
            }
            default ->
                throw new ClewException(
                        ErrorCode.USAGE,
                        "Histories are of run:ID, experiment:ID, model:NAME and model-version:NAME/NUMBER, not of \"%s\"; \"clew trace\" shows what happened to other things."
                                .formatted(ref));
        };
    }
}
