package dev.clew.server.protocol.mlflow;

import dev.clew.server.common.Uid;
import dev.clew.server.tracking.Texts;
import java.util.List;
import java.util.regex.Pattern;

/** Ids as they stand on the wire: what cannot be one of ours does not exist, what cannot be one at all is refused. */
final class Ids {
    private static final Pattern UID = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern RUN = Pattern.compile("[a-zA-Z0-9][\\w\\-]{0,255}", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern EXPERIMENT = Pattern.compile("-?[0-9]{1,18}");
    private static final String MODEL_PREFIX = "m-";

    private Ids() {}

    /** A run's: 32 lower-case hexadecimal digits. */
    static Uid run(String text) {
        if (UID.matcher(text).matches()) {
            return Uid.parse(text);
        }
        if (!RUN.matcher(text).matches()) {
            throw MlflowErrors.invalid("Invalid value %s for parameter 'run_id' supplied."
                    .formatted(new com.fasterxml.jackson.databind.node.TextNode(text)));
        }
        throw MlflowErrors.notFound(Texts.unknownRun(text));
    }

    /** An experiment's: decimal. */
    static long experiment(String text) {
        if (!EXPERIMENT.matcher(text).matches()) {
            throw MlflowErrors.invalid(
                    "Invalid experiment ID '%s'. Experiment ID must be a valid integer.".formatted(text));
        }
        return Long.parseLong(text);
    }

    static List<Long> experiments(List<String> texts) {
        return texts.stream().map(Ids::experiment).distinct().toList();
    }

    /** A logged model's: {@code m-} and 32 hexadecimal digits. */
    static Uid model(String text) {
        if (text.startsWith(MODEL_PREFIX)
                && UID.matcher(text.substring(MODEL_PREFIX.length())).matches()) {
            return Uid.parse(text.substring(MODEL_PREFIX.length()));
        }
        throw MlflowErrors.notFound(Texts.unknownModel(text));
    }
}
