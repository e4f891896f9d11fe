package dev.clew.quality.internal;

import java.util.Collection;
import java.util.Comparator;

/** The known name that a wrong one most likely means; only ever shown as a hint. */
public final class Closest {
    private static final int LONGEST = 64;

    private Closest() {}

    /** The name with the least edit distance, of equal ones the first; empty if there are no names. */
    public static String of(String wrong, Collection<String> names) {
        return names.stream()
                .min(Comparator.comparingInt(each -> distance(each, wrong)))
                .orElse("");
    }

    /** Levenshtein's distance of the first {@value #LONGEST} characters. */
    private static int distance(String left, String right) {
        String a = left.substring(0, Math.min(LONGEST, left.length()));
        String b = right.substring(0, Math.min(LONGEST, right.length()));
        int[] costs = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            costs[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int corner = costs[0];
            costs[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = costs[j];
                costs[j] = Math.min(
                        Math.min(above, costs[j - 1]) + 1, corner + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1));
                corner = above;
            }
        }
        return costs[b.length()];
    }
}
