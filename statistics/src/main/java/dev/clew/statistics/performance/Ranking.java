package dev.clew.statistics.performance;

import dev.clew.statistics.Estimate;
import dev.clew.statistics.interval.Means;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How good ranked lists are: one list per user, in the order shown; means over users with Student's interval.
 *
 * <p>Equal to Evidently 0.7.21's recommender metrics within 1e-9 where each user's rows are sorted by rank without ties
 * (golden/performance.json). Evidently's MAP takes the last row of a user's table for the row at rank k and so depends on the order
 * of the table, and tied scores can give it a precision above 1; here the order shown decides. Stateless, thread-safe.
 */
public final class Ranking {
    private Ranking() {}

    /**
     * What one user was shown.
     *
     * @param relevance by rank, at least 0; above 0 is relevant
     */
    public record Shown(double[] relevance) {
        private boolean hasFeedback() {
            return Arrays.stream(relevance).anyMatch(value -> value > 0);
        }

        private int relevant(int upTo) {
            int count = 0;
            for (int i = 0; i < Math.min(upTo, relevance.length); i++) {
                count += relevance[i] > 0 ? 1 : 0;
            }
            return count;
        }
    }

    /**
     * {@code precision, recall, f1, map, ndcg, mrr, hit_rate} at k over the users with a relevant row; n is the number of these users.
     *
     * <ul>
     *   <li>precision: relevant among the first k over min(k, length); recall: over all relevant
     *   <li>f1: of the two means, without an interval
     *   <li>map: Σ over relevant ranks ≤ k of the precision there, over all relevant
     *   <li>ndcg: Σ relevance/log₂(rank + 1) over its largest possible value
     *   <li>mrr: 1/rank of the first relevant row, 0 beyond k
     * </ul>
     *
     * @param k at least 1
     */
    public static Map<String, Estimate> metrics(Collection<Shown> users, int k) {
        if (k < 1) {
            throw new IllegalArgumentException("A ranking is judged at a rank of at least 1; k is " + k + ".");
        }
        Map<String, Means> means = new LinkedHashMap<>();
        List.of("precision", "recall", "map", "ndcg", "mrr", "hit_rate").forEach(name -> means.put(name, new Means()));
        for (Shown user : users) {
            if (user.hasFeedback()) {
                addUser(means, user, k);
            }
        }
        Map<String, Estimate> metrics = new LinkedHashMap<>();
        means.forEach((name, mean) -> {
            metrics.put(name, mean.estimate());
            if (name.equals("recall")) {
                metrics.put("f1", harmonic(metrics));
            }
        });
        return metrics;
    }

    private static Estimate harmonic(Map<String, Estimate> metrics) {
        Estimate precision = metrics.getOrDefault("precision", Estimate.undefined(0));
        Estimate recall = metrics.getOrDefault("recall", Estimate.undefined(0));
        double sum = precision.value() + recall.value();
        double value = sum == 0 ? 0 : 2 * precision.value() * recall.value() / sum;
        return Estimate.plain(value, recall.n());
    }

    private static void addUser(Map<String, Means> means, Shown user, int k) {
        double all = user.relevant(user.relevance.length);
        double found = user.relevant(k);
        add(means, "precision", found / Math.min(k, user.relevance.length));
        add(means, "recall", found / all);
        add(means, "map", averagePrecision(user, k) / all);
        add(means, "ndcg", discounted(user.relevance, k) / discounted(descending(user.relevance), k));
        add(means, "mrr", reciprocalRank(user, k));
        add(means, "hit_rate", found > 0 ? 1 : 0);
    }

    private static void add(Map<String, Means> means, String name, double value) {
        means.computeIfAbsent(name, _ -> new Means()).add(value);
    }

    private static double averagePrecision(Shown user, int k) {
        double sum = 0;
        int found = 0;
        for (int i = 0; i < Math.min(k, user.relevance.length); i++) {
            if (user.relevance[i] > 0) {
                found++;
                sum += (double) found / (i + 1);
            }
        }
        return sum;
    }

    private static double discounted(double[] relevance, int k) {
        double sum = 0;
        for (int i = 0; i < Math.min(k, relevance.length); i++) {
            sum += relevance[i] * Math.log(2) / Math.log(i + 2);
        }
        return sum;
    }

    private static double[] descending(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        for (int i = 0; i < sorted.length / 2; i++) {
            double swap = sorted[i];
            sorted[i] = sorted[sorted.length - 1 - i];
            sorted[sorted.length - 1 - i] = swap;
        }
        return sorted;
    }

    private static double reciprocalRank(Shown user, int k) {
        for (int i = 0; i < Math.min(k, user.relevance.length); i++) {
            if (user.relevance[i] > 0) {
                return 1.0 / (i + 1);
            }
        }
        return 0;
    }

    /**
     * What was shown to whom, without looking at relevance: {@code personalisation} (1 − mean share of the first k items that two users
     * have in common), {@code popularity} (mean number of training users of an item), {@code novelty} (mean −log₂ of their share),
     * {@code coverage} (share of the training items that were shown), {@code gini} (inequality of how often items were shown).
     *
     * @param shown item names by rank, per user
     * @param trainingUsers number of users per item in training; items not in it count nowhere in popularity and novelty
     * @param allTrainingUsers users in training
     * @param k at least 1
     */
    public static Map<String, Estimate> exposure(
            Collection<List<String>> shown, Map<String, Long> trainingUsers, long allTrainingUsers, int k) {
        Map<String, Long> times = new HashMap<>();
        var popularity = new Means();
        var novelty = new Means();
        long rows = 0;
        for (List<String> items : shown) {
            var usersOf = new Means();
            var surprise = new Means();
            for (String item : items.subList(0, Math.min(k, items.size()))) {
                rows++;
                times.merge(item, 1L, Long::sum);
                Long users = trainingUsers.get(item);
                if (users != null && users > 0) {
                    usersOf.add(users);
                    surprise.add(-Math.log((double) users / allTrainingUsers) / Math.log(2));
                }
            }
            if (usersOf.count() > 0) {
                popularity.add(usersOf.estimate().value());
                novelty.add(surprise.estimate().value());
            }
        }
        Map<String, Estimate> metrics = new LinkedHashMap<>();
        metrics.put("personalisation", personalisation(times, rows, shown.size(), k));
        metrics.put("popularity", popularity.estimate());
        metrics.put("novelty", novelty.estimate());
        Set<String> known = new HashSet<>(trainingUsers.keySet());
        known.retainAll(times.keySet());
        metrics.put("coverage", Estimate.plain((double) known.size() / trainingUsers.size(), trainingUsers.size()));
        metrics.put("gini", gini(times, rows));
        return metrics;
    }

    private static Estimate personalisation(Map<String, Long> times, long rows, int users, int k) {
        double pairs = users * (users - 1.0);
        double common = -rows;
        for (long count : times.values()) {
            common += (double) count * count;
        }
        return users < 2 ? Estimate.undefined(users) : Estimate.plain(1 - common / k / pairs, users);
    }

    private static Estimate gini(Map<String, Long> times, long rows) {
        long[] sorted =
                times.values().stream().mapToLong(Long::longValue).sorted().toArray();
        if (sorted.length < 2) {
            return Estimate.undefined(rows);
        }
        double sum = 0;
        for (int i = 0; i < sorted.length; i++) {
            sum += (2.0 * (i + 1) - sorted.length - 1) * sorted[i];
        }
        return Estimate.plain(sum / ((sorted.length - 1.0) * rows), rows);
    }

    /**
     * Mean cosine distance between the items of a list, over all pairs of its first k.
     *
     * <p>Evidently divides the sum over pairs by the length of the list instead of the number of pairs; pass {@code asEvidently} to get
     * its number.
     *
     * @param shown feature vectors of the items by rank, per user
     * @param k at least 1
     */
    public static Estimate diversity(Collection<List<double[]>> shown, int k, boolean asEvidently) {
        var means = new Means();
        for (List<double[]> items : shown) {
            int length = Math.min(k, items.size());
            double sum = 0;
            for (int i = 0; i < length; i++) {
                for (int j = i + 1; j < length; j++) {
                    sum += cosineDistance(items.get(i), items.get(j));
                }
            }
            double divisor = asEvidently ? length : length * (length - 1) / 2.0;
            if (divisor > 0) {
                means.add(sum / divisor);
            }
        }
        return means.estimate();
    }

    private static double cosineDistance(double[] a, double[] b) {
        double product = 0;
        double left = 0;
        double right = 0;
        for (int i = 0; i < a.length; i++) {
            product += a[i] * b[i];
            left += a[i] * a[i];
            right += b[i] * b[i];
        }
        double norm = Math.sqrt(left) * Math.sqrt(right);
        return norm == 0 ? 1 : 1 - product / norm;
    }

    /** Lists of one table: rows grouped by user, each list in descending order of score, ties in the order of the rows. */
    public static List<Shown> byScore(List<String> users, double[] relevance, double[] scores) {
        Map<String, List<Integer>> rows = new LinkedHashMap<>();
        for (int i = 0; i < scores.length; i++) {
            rows.computeIfAbsent(users.get(i), _ -> new ArrayList<>()).add(i);
        }
        List<Shown> lists = new ArrayList<>();
        for (List<Integer> own : rows.values()) {
            own.sort((a, b) -> Double.compare(scores[b], scores[a]));
            lists.add(new Shown(own.stream().mapToDouble(i -> relevance[i]).toArray()));
        }
        return lists;
    }
}
