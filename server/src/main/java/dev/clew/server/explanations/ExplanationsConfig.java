package dev.clew.server.explanations;

import dev.clew.server.config.Default;
import dev.clew.server.config.Doc;
import java.util.List;
import java.util.Locale;

/** Settings {@code explanations.*}: which decisions are explained at once. */
public record ExplanationsConfig(
        @Default("adverse")
        @Doc(
                "Which decisions are explained right after they are recorded: adverse, all or none; the others when somebody asks")
        AtOnce atOnce,

        @Default("denied,deny,rejected,reject,declined,decline,refused,bad")
        @Doc("Outcomes that are adverse for a person, in lower case, separated by commas")
        List<String> adverseOutcomes,

        @Default("16384")
        @Doc("Decisions that may wait for their explanation; beyond it they are explained when somebody asks")
        int maxQueued) {
    /** Which decisions are explained at once. */
    public enum AtOnce {
        ADVERSE,
        ALL,
        NONE
    }

    boolean isDue(@org.jspecify.annotations.Nullable String outcome) {
        return switch (this.atOnce()) {
            case ALL -> true;
            case NONE -> false;
            case ADVERSE -> outcome != null && this.adverseOutcomes().contains(outcome.toLowerCase(Locale.ROOT));
        };
    }
}
