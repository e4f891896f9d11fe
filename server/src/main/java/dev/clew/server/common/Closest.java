package dev.clew.server.common;

import java.util.Collection;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** The known name that a wrong one most likely means; only ever shown as a hint. */
public final class Closest {
    /** Nobody mistypes what is longer, and the time grows with it. */
    private static final int LONGEST = 64;

    private Closest() {}

    /** The candidate with the smallest edit distance, if it is near enough to be meant. */
    public static Optional<String> to(String written, Collection<String> candidates) {
        if (written.length() > LONGEST) {
            return Optional.empty();
        }
        String best = null;
        int least = Integer.MAX_VALUE;
        for (String candidate : candidates) {
            int distance = distance(written.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return least <= Math.max(2, written.length() / 3)
                ? Optional.of(Objects.requireNonNull(best))
                : Optional.empty();
    }

    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(change, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
