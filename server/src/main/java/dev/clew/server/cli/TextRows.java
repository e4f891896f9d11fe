package dev.clew.server.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.clew.explain.ExplainException;
import dev.clew.explain.agnostic.TextPartition;
import dev.clew.explain.attribution.Flag;
import dev.clew.explain.blackbox.TextScorer;
import dev.clew.explain.lime.LimeText;
import dev.clew.quality.table.Batch;
import dev.clew.quality.table.Selection;
import dev.clew.quality.table.Table;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** {@code clew explain --text COLUMN}: what each word of a text did to a black box's answer. */
final class TextRows implements AutoCloseable {
    private static final int SHOWN = 6;

    private final TextScorer scorer;
    private final String column;
    private final int output;
    private final boolean lime;
    private final String mask;
    private final ExplainOptions options;
    private final @Nullable JsonGenerator json;
    private boolean failed;

    TextRows(TextScorer scorer, String column, int output, String method, String mask, ExplainOptions options)
            throws IOException {
        this.scorer = scorer;
        this.column = column;
        this.output = output;
        this.mask = mask;
        this.options = options;
        lime = switch (method.toLowerCase(Locale.ROOT)) {
            case "auto", "partition" -> false;
            case "lime" -> true;
            default ->
                throw new ClewException(
                        ErrorCode.USAGE, "Texts are explained by partition or lime, not by %s.".formatted(method));
        };
        json = options.json ? Console.jsonStream() : null;
    }

    /** Words of one text with what they did; a surrogate has an R² and does not add up. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Words(
            List<String> words,
            double[] phi,
            double base,
            double prediction,
            double score,
            double unresolvedMass,
            Set<Flag> flags) {}

    int write(Table table, long[] range) throws IOException {
        open();
        try (var batches = table.batches(Selection.text(column))) {
            for (Batch batch : batches) {
                @Nullable String[] texts = batch.texts(0);
                for (int i = 0; i < texts.length; i++) {
                    long number = batch.firstRow() + i + 1;
                    if (number >= range[0] && number <= range[1]) {
                        write(number, texts[i]);
                    }
                }
            }
        }
        return failed ? ExitCode.FAILED : ExitCode.OK;
    }

    private void write(long number, @Nullable String text) throws IOException {
        try {
            answer(number, explained(text == null ? "" : text));
        } catch (ExplainException e) {
            failed = true;
            if (json == null) {
                Console.warn("row %d: %s".formatted(number, e.getMessage()));
                return;
            }
            json.writeStartObject();
            json.writeNumberField("row", number);
            json.writeObjectFieldStart("error");
            json.writeStringField("code", e.code().name());
            json.writeStringField("message", String.valueOf(e.getMessage()));
            json.writeEndObject();
            json.writeEndObject();
        }
    }

    private Words explained(String text) {
        if (lime) {
            LimeText.Result found = LimeText.explain(
                    text,
                    this::ask,
                    mask.isEmpty() ? LimeText.Unit.WORD : LimeText.Unit.PLACE,
                    mask,
                    LimeText.MAX_WORDS_SHOWN,
                    options.seed,
                    options.budget());
            var surrogate = found.surrogate();
            Set<Flag> flags = surrogate.isFaithful() ? Set.of() : Set.of(Flag.LOW_FIDELITY);
            double prediction = ask(List.of(text))[0];
            return new Words(
                    found.words(), surrogate.weights(), surrogate.intercept(), prediction, surrogate.score(), 0, flags);
        }
        TextPartition.Result found = TextPartition.explain(text, this::ask, mask, options.budget());
        return new Words(
                found.words(),
                found.phi(),
                found.base(),
                found.prediction(),
                Double.NaN,
                found.unresolvedMass(),
                found.flags());
    }

    /** The chosen output of every text. */
    private double[] ask(List<String> texts) {
        double[] answers = scorer.score(texts, column);
        int outputs = answers.length / texts.size();
        if (outputs * texts.size() != answers.length || output >= outputs) {
            throw new ExplainException(
                    ExplainException.Code.BLACK_BOX_FAILED,
                    "The black box answered %d texts with %d numbers; output %d of each was asked for."
                            .formatted(texts.size(), answers.length, output));
        }
        return IntStream.range(0, texts.size())
                .mapToDouble(i -> answers[i * outputs + output])
                .toArray();
    }

    private void open() throws IOException {
        if (json != null) {
            json.writeStartObject();
            json.writeStringField("method", lime ? "LIME_TEXT" : "PARTITION");
            json.writeStringField("column", column);
            json.writeNumberField("output", output);
            json.writeArrayFieldStart("rows");
        }
    }

    private void answer(long number, Words found) throws IOException {
        if (json == null) {
            say(number, found);
            return;
        }
        json.writeStartObject();
        json.writeNumberField("row", number);
        json.writeNumberField("prediction", found.prediction);
        json.writeNumberField("base", found.base);
        if (lime) {
            json.writeNumberField("r2", found.score);
        }
        json.writeArrayFieldStart("words");
        for (int i = 0; i < found.phi.length; i++) {
            json.writeStartObject();
            json.writeStringField("word", found.words.get(i));
            json.writeNumberField("phi", found.phi[i]);
            json.writeEndObject();
        }
        json.writeEndArray();
        if (found.unresolvedMass > 0) {
            json.writeNumberField("unresolved_mass", found.unresolvedMass);
        }
        if (!found.flags.isEmpty()) {
            json.writeArrayFieldStart("flags");
            for (Flag flag : found.flags) {
                json.writeString(flag.name());
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void say(long number, Words found) {
        Console.say("row %d: %s".formatted(number, found.prediction));
        Console.say("  base %.4f".formatted(found.base));
        double[] phi = found.phi;
        Integer[] order = new Integer[phi.length];
        Arrays.setAll(order, i -> i);
        Arrays.stream(order)
                .sorted(Comparator.comparingDouble((Integer i) -> -Math.abs(phi[i])))
                .limit(SHOWN)
                .filter(i -> phi[i] != 0)
                .forEach(i -> Console.say("  %+9.4f  %s".formatted(phi[i], found.words.get(i))));
        if (!found.flags.isEmpty()) {
            Console.say("  flags: " + found.flags);
        }
    }

    @Override
    public void close() throws IOException {
        if (json != null) {
            json.writeEndArray();
            json.writeEndObject();
            json.close();
            Console.say("");
        }
    }
}
