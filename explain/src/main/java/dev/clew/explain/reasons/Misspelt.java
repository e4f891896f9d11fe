package dev.clew.explain.reasons;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a name is most likely a known one written wrongly: in another case, with other separators, or with a letter or two that are
 * missing, too many, wrong or exchanged. Names that differ in digits only are different ones, such as {@code income_1} and {@code
 * income_2}.
 */
final class Misspelt {
    /** Nobody mistypes what is longer, and the time grows with it. */
    private static final int LONGEST = 128;

    private static final int SHORT = 5;
    private static final int LONG = 8;

    private Misspelt() {}

    /** The known name that is meant; empty when the name is known, or is like none. */
    static Optional<String> of(String name, Collection<String> known) {
        if (name.length() > LONGEST || known.contains(name)) {
            return Optional.empty();
        }
        String written = letters(name);
        int most = written.length() < SHORT ? 0 : written.length() < LONG ? 1 : 2;
        String best = null;
        int least = most + 1;
        for (String candidate : known) {
            String other = letters(candidate);
            if (Math.abs(other.length() - written.length()) < least && !differInDigits(written, other)) {
                int distance = distance(written, other);
                if (distance < least) {
                    least = distance;
                    best = candidate;
                }
            }
        }
        return Optional.ofNullable(best);
    }

    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[\\s_.-]", "");
    }

    private static boolean differInDigits(String a, String b) {
        return !a.equals(b) && a.replaceAll("\\d", "").equals(b.replaceAll("\\d", ""));
    }

    /** Least number of letters inserted, left out, replaced or exchanged with their neighbour. */
    private static int distance(String a, String b) {
        int[][] costs = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            costs[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            costs[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                costs[i][j] =
                        Math.min(Math.min(costs[i - 1][j], costs[i][j - 1]) + 1, costs[i - 1][j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    costs[i][j] = Math.min(costs[i][j], costs[i - 2][j - 2] + 1);
                }
            }
        }
        return costs[a.length()][b.length()];
    }
}
