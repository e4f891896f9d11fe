package dev.clew.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.config.Durations;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code clew gc}: what {@code mlflow gc} does at a store. */
@Command(
        name = "gc",
        description = {
            "Take away for good runs, logged models and experiments that were deleted, and stored bytes that nothing names.",
            "What an existing model version, an approval, a deployment, a decision or a hold rests on stays, and the report says why. Entries of the log stay; each purge is one more. A run, a model, an experiment goes whole or not at all; doing it again goes on."
        },
        mixinStandardHelpOptions = true)
final class GcCommand implements Callable<Integer> {
    private static final String PATH = "/api/clew/v1/purges";
    private static final long POLL_MILLIS = 200;
    private static final long TELL_NANOS = 2_000_000_000L;

    @Mixin
    ServerOptions server = new ServerOptions();

    @Option(
            names = "--older-than",
            paramLabel = "TIME",
            description =
                    "Only what was deleted at least so long ago, such as 12h or 90d; 0s for all. Default ${DEFAULT-VALUE}.")
    String olderThan = "30d";

    @Option(names = "--dry-run", description = "Count and judge; change nothing.")
    boolean dryRun;

    @Option(names = "--json", description = "For programs.")
    boolean json;

    @Override
    public Integer call() {
        long seconds = seconds();
        var told = new long[] {System.nanoTime()};
        JsonNode done = server.call(true, connection -> {
            JsonNode at = connection.post(PATH, Map.of("older_than_seconds", seconds, "dry_run", dryRun));
            while (at.path("state").asText().equals("running")) {
                pause();
                at = connection.get(PATH + "/" + at.path("purge").asText());
                tell(at, told);
            }
            return at;
        });
        if (json) {
            Console.json(done);
        } else {
            say(done);
        }
        return done.path("state").asText().equals("done") ? ExitCode.OK : ExitCode.FAILED;
    }

    private long seconds() {
        try {
            Duration given = Durations.parse(olderThan);
            return given.toSeconds();
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ClewException(
                    ErrorCode.USAGE, "--older-than \"%s\" is no time such as 30d, 12h or 0s.".formatted(olderThan), e);
        }
    }

    /** How far it has come, once in two seconds. */
    private static void tell(JsonNode at, long[] told) {
        if (System.nanoTime() - told[0] < TELL_NANOS) {
            return;
        }
        told[0] = System.nanoTime();
        JsonNode purged = at.path("purged");
        Console.warn("%s: %,d runs, %,d logged models, %,d traces, %,d experiments, %,d stored contents"
                .formatted(
                        at.path("step").asText(),
                        purged.path("runs").asLong(),
                        purged.path("logged_models").asLong(),
                        purged.path("traces").asLong(),
                        purged.path("experiments").asLong(),
                        purged.path("blobs").asLong()));
    }

    private void say(JsonNode done) {
        JsonNode purged = done.path("purged");
        Console.say(
                "%s %,d runs, %,d logged models, %,d experiments, %,d traces with %,d points and %,d files; %,d stored contents of %,d bytes."
                        .formatted(
                                dryRun ? "Would purge" : "Purged",
                                purged.path("runs").asLong(),
                                purged.path("logged_models").asLong(),
                                purged.path("experiments").asLong(),
                                purged.path("traces").asLong(),
                                purged.path("points").asLong(),
                                purged.path("files").asLong(),
                                purged.path("blobs").asLong(),
                                purged.path("blob_bytes").asLong()));
        long kept = done.path("kept_count").asLong();
        if (kept > 0) {
            Console.say("%,d deleted things stay:".formatted(kept));
        }
        done.path("kept")
                .forEach(each -> Console.say("  %s %s: %s %s"
                        .formatted(
                                each.path("kind").asText(),
                                each.path("id").asText(),
                                each.path("why").asText(),
                                each.path("remedy").asText())));
        if (done.path("state").asText().equals("failed")) {
            Console.say("It ended early: " + done.path("error").asText());
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClewException(ErrorCode.UNAVAILABLE, "Interrupted; the purge goes on in the server.", e);
        }
    }
}
