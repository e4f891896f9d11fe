package dev.clew.server.cli;

import dev.clew.explain.lime.LimeOptions;
import dev.clew.explain.lime.LimeOptions.Discretizer;
import dev.clew.explain.lime.LimeOptions.Selection;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** How {@code clew explain --method lime} draws samples and chooses features. */
final class LimeChoices {
    @Option(
            names = "--lime-bins",
            paramLabel = "KIND",
            description = "quartile (default), decile, entropy (where the model's decisions change), or none.")
    String bins = "quartile";

    @Option(
            names = "--lime-choice",
            paramLabel = "KIND",
            description = "How features are chosen: auto (default), forward, highest, lasso_path, or none for all.")
    String choice = "auto";

    @Option(names = "--lime-features", paramLabel = "N", description = "Most features of the surrogate; default 10.")
    int features = LimeOptions.DEFAULT.features();

    @Option(names = "--lime-samples", paramLabel = "N", description = "Per row; default 5000.")
    int samples = LimeOptions.DEFAULT.samples();

    @Option(
            names = "--lime-around-row",
            description = "Without bins: draw numbers around the row instead of around the mean.")
    boolean aroundRow;

    @Option(names = "--lime-latin-hypercube", description = "Without bins: spread numbers evenly over their strata.")
    boolean latinHypercube;

    @Option(
            names = "--lime-stability",
            description = "Fit each row five times and say how alike the surrogates are; five times the work.")
    boolean stability;

    /** Whether anything but the defaults is asked for. */
    boolean areChosen() {
        return stability || !options().equals(LimeOptions.DEFAULT);
    }

    LimeOptions options() {
        return new LimeOptions(
                named(Discretizer.values(), bins, "--lime-bins"),
                named(Selection.values(), choice, "--lime-choice"),
                features,
                samples,
                aroundRow,
                latinHypercube);
    }

    private static <E extends Enum<E>> E named(E[] all, String name, String option) {
        return Arrays.stream(all)
                .filter(one -> one.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new ClewException(
                        ErrorCode.USAGE,
                        "%s is one of %s, not \"%s\"."
                                .formatted(
                                        option,
                                        Arrays.stream(all)
                                                .map(one -> one.name().toLowerCase(Locale.ROOT))
                                                .collect(Collectors.joining(", ")),
                                        name)));
    }
}
