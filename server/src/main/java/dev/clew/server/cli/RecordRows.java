package dev.clew.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clew.explain.ExplainException;
import dev.clew.explain.Explainer;
import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.attribution.ExplanationRecord;
import dev.clew.explain.attribution.Interactions;
import dev.clew.explain.attribution.Provenance;
import dev.clew.explain.attribution.Replay;
import dev.clew.server.cli.ModelRows.Encoded;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Explanations as records, one line {@code {"row": 1, "digest": "…", "record": "…"}} each: written by {@code clew explain --records FILE},
 * compared with what is computed now by {@code --replay FILE}.
 */
final class RecordRows {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RecordRows() {}

    /** Writes records. */
    static final class Written implements ExplainedRows.Taker, AutoCloseable {
        private final Provenance provenance;
        private final BufferedWriter out;
        private boolean failed;

        Written(Path file, Explainer explainer) {
            provenance = explainer.provenance();
            try {
                out = Files.newBufferedWriter(file);
            } catch (IOException e) {
                throw new ClewException(
                        ErrorCode.USAGE, "'%s' cannot be written; name another file.".formatted(file.getFileName()), e);
            }
        }

        boolean hasFailed() {
            return failed;
        }

        @Override
        public void take(Encoded row, Explanation explanation, int at, @Nullable Interactions pairs)
                throws IOException {
            ExplanationRecord record = explanation.record(at, provenance);
            failed |= !record.attribution().isTrustworthy();
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("row", row.number());
            line.put("digest", record.resultDigest());
            line.put("record", Base64.getEncoder().encodeToString(record.toBytes()));
            out.write(JSON.writeValueAsString(line));
            out.newLine();
        }

        @Override
        public void failed(Encoded row) {
            failed = true;
            said(row);
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    /** Compares explanations with records, row by row. */
    static final class Compared implements ExplainedRows.Taker {
        private final Provenance provenance;
        private final Map<Long, byte[]> kept = new HashMap<>();
        private final Map<Replay.Outcome, Integer> counts = new HashMap<>();
        private final boolean json;
        private int missing;
        private boolean failed;

        Compared(Path file, Explainer explainer, boolean json) throws IOException {
            provenance = explainer.provenance();
            this.json = json;
            if (!Files.isRegularFile(file)) {
                throw new ClewException(
                        ErrorCode.NOT_FOUND,
                        "There is no \"%s\"; name a file that --records wrote.".formatted(file.getFileName()));
            }
            try (BufferedReader lines = Files.newBufferedReader(file)) {
                long number = 0;
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    number++;
                    keep(line, number, file);
                }
            } catch (CharacterCodingException e) {
                throw new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "\"%s\" is no text that --records wrote.".formatted(file.getFileName()),
                        e);
            }
        }

        private void keep(String line, long number, Path file) {
            try {
                JsonNode read = JSON.readTree(line);
                kept.put(
                        read.path("row").asLong(),
                        Base64.getDecoder().decode(read.path("record").asText()));
            } catch (JsonProcessingException | IllegalArgumentException e) {
                throw new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "Line %d of \"%s\" is no record that --records wrote.".formatted(number, file.getFileName()),
                        e);
            }
        }

        @Override
        public void take(Encoded row, Explanation explanation, int at, @Nullable Interactions pairs) {
            byte[] then = kept.get(row.number());
            if (then == null) {
                missing++;
                say(row.number(), "UNKNOWN", "it is not among the records", Map.of());
                return;
            }
            try {
                Replay replay = Replay.compare(then, explanation.record(at, provenance));
                counts.merge(replay.outcome(), 1, Integer::sum);
                Map<String, Object> more = new LinkedHashMap<>();
                more.put("largest_difference", replay.largest());
                more.put("differing", replay.differing());
                String why = replay.outcome() == Replay.Outcome.IDENTICAL
                        ? ""
                        : "numbers differ by up to %.3g; not equal: %s"
                                .formatted(replay.largest(), String.join(", ", replay.differing()));
                say(row.number(), replay.outcome().name(), why, more);
                failed |= replay.outcome() == Replay.Outcome.DIFFERENT;
            } catch (ExplainException e) {
                failed(row.failing(e));
            }
        }

        private void say(long row, String outcome, String why, Map<String, Object> more) {
            if (json) {
                Map<String, Object> line = new LinkedHashMap<>();
                line.put("row", row);
                line.put("outcome", outcome);
                line.putAll(more);
                try {
                    Console.say(JSON.writeValueAsString(line));
                } catch (JsonProcessingException e) {
                    throw new IllegalStateException("numbers and texts can be written", e);
                }
            } else if (!outcome.equals(Replay.Outcome.IDENTICAL.name())) {
                Console.say("row %d: %s, %s".formatted(row, outcome, why));
            }
        }

        @Override
        public void failed(Encoded row) {
            failed = true;
            said(row);
        }

        /** The outcome of all rows; exit code 1 if one is different, unknown or could not be explained. */
        int outcome() {
            if (!json) {
                Console.say("%d identical, %d equivalent, %d different"
                        .formatted(
                                counts.getOrDefault(Replay.Outcome.IDENTICAL, 0),
                                counts.getOrDefault(Replay.Outcome.EQUIVALENT, 0),
                                counts.getOrDefault(Replay.Outcome.DIFFERENT, 0)));
            }
            return failed || missing > 0 ? ExitCode.FAILED : ExitCode.OK;
        }
    }

    private static void said(Encoded row) {
        ExplainException failure = row.failure();
        Console.warn("row %d: %s".formatted(row.number(), failure == null ? "" : failure.getMessage()));
    }
}
