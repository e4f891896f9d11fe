package dev.clew.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Ref;
import dev.clew.server.trace.Trace;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clew trace}: the thread of a record as a tree. */
@Command(
        name = "trace",
        description = "Follow the thread from a record to what it rests on, or to what it touches.",
        mixinStandardHelpOptions = true)
final class TraceCommand implements Callable<Integer> {
    @Mixin
    ServerOptions server = new ServerOptions();

    @Parameters(
            paramLabel = "REF",
            description = "kind:id, such as decision:a-1, model-version:credit/3, run:…, dataset-version:NAME@DIGEST.")
    String ref = "";

    @Option(names = "--up", description = "To causes (default).")
    boolean up;

    @Option(names = "--down", description = "To effects; with --up, both.")
    boolean down;

    @Option(names = "--depth", paramLabel = "N", description = "Levels; default 16.")
    int depth = 16;

    @Option(names = "--json", description = "For programs.")
    boolean json;

    @Override
    public Integer call() {
        Ref asked = asked();
        if (depth < 1 || depth > Trace.MAX_DEPTH) {
            throw new ClewException(
                    ErrorCode.USAGE, "--depth is a number from 1 to %d, not %d.".formatted(Trace.MAX_DEPTH, depth));
        }
        String direction = down ? up ? "both" : "down" : "up";
        JsonNode thread = server.call(
                false,
                connection -> connection.get("/api/clew/v1/trace/%s/%s?direction=%s&depth=%d"
                        .formatted(asked.kind().text(), Connection.segment(asked.id()), direction, depth)));
        if (json) {
            Console.json(thread);
        } else {
            ThreadTree.lines(thread, !down || up).forEach(Console::say);
        }
        return ExitCode.OK;
    }

    private Ref asked() {
        try {
            return Ref.parse(ref);
        } catch (ClewException e) {
            throw new ClewException(ErrorCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }
}
