package dev.clew.statistics.drift;

import dev.clew.statistics.Sample;
import dev.clew.statistics.performance.RocAuc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Drift of texts: can a classifier tell which side a text comes from? The score is its ROC AUC on texts it has not seen.
 *
 * <p>Our own classifier: words hashed to 2¹⁸ columns, TF-IDF with sublinear counts, words of more than half of the texts of both sides
 * left out (Evidently leaves those of more than half of all texts out, and so never sees a word that one side alone always has), logistic regression by stochastic descent, half of the texts to learn and half to judge. The score means what Evidently's
 * {@code perc_text_content_drift} and {@code abs_text_content_drift} mean, but is not equal to theirs (they train another model);
 * hence the names {@code clew_text_domain…}. Seeded: the same texts give the same score. Stateless, thread-safe.
 */
public final class TextDomain {
    private static final int BUCKETS = 1 << 18;
    private static final int EPOCHS = 20;
    private static final double STEP = 0.5;
    private static final double PENALTY = 1e-5;
    private static final int CHANCE_ROUNDS = 1_000;
    private static final int MAX_TEXTS = 50_000;
    private static final int NEEDED = 10;
    private static final Set<String> STOP_WORDS = Set.of(
            "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "from", "has", "have", "he", "her", "his",
            "i", "if", "in", "is", "it", "its", "my", "no", "not", "of", "on", "or", "our", "she", "so", "that", "the",
            "their", "them", "they", "this", "to", "was", "we", "were", "what", "which", "who", "will", "with", "you",
            "your");

    private TextDomain() {}

    /**
     * What the classifier achieved.
     *
     * @param auc in [0, 1]; 0.5 is chance
     * @param limit the AUC above which the texts have drifted
     */
    public record Result(double auc, double limit) {}

    /**
     * Compares two sets of texts.
     *
     * @param method {@code TEXT_DOMAIN} (limit = threshold) or {@code TEXT_DOMAIN_QUANTILE} (limit = that quantile of chance)
     * @param threshold in [0, 1]
     * @throws IllegalArgumentException if a side has fewer than 10 texts, no word tells texts apart, or the method is not for text
     */
    public static Result compare(List<String> reference, List<String> current, DriftMethod method, double threshold) {
        if (!method.suits(ColumnType.TEXT)) {
            throw new IllegalArgumentException("Method '%s' does not suit a column of type 'text'; use one of %s, %s."
                    .formatted(method.id(), DriftMethod.TEXT_DOMAIN.id(), DriftMethod.TEXT_DOMAIN_QUANTILE.id()));
        }
        if (Math.min(reference.size(), current.size()) < NEEDED) {
            throw new IllegalArgumentException(
                    "A text domain classifier needs at least %d texts on each side; there are %d and %d."
                            .formatted(NEEDED, reference.size(), current.size()));
        }
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(42);
        List<Labelled> texts = new ArrayList<>();
        reference.stream().limit(MAX_TEXTS).forEach(text -> texts.add(new Labelled(words(text), false)));
        current.stream().limit(MAX_TEXTS).forEach(text -> texts.add(new Labelled(words(text), true)));
        shuffle(texts, random);
        List<Labelled> learned = texts.subList(0, texts.size() / 2);
        List<Labelled> judged = texts.subList(texts.size() / 2, texts.size());
        double[] idf = idf(learned);
        double[] weights = learn(learned, idf, random);
        double[] scores = judged.stream()
                .mapToDouble(text -> dot(weights, vector(text.words, idf)))
                .toArray();
        boolean[] labels = new boolean[judged.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = judged.get(i).isCurrent;
        }
        double limit = method == DriftMethod.TEXT_DOMAIN ? threshold : chance(labels, threshold, random);
        return new Result(RocAuc.of(scores, labels), limit);
    }

    private record Labelled(Map<Integer, Integer> words, boolean isCurrent) {}

    private static Map<Integer, Integer> words(String text) {
        Map<Integer, Integer> counts = new HashMap<>();
        for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", 10_000)) {
            if (word.length() > 1 && !STOP_WORDS.contains(word)) {
                counts.merge(Math.floorMod(word.hashCode() * 0x9E3779B1, BUCKETS), 1, Integer::sum);
            }
        }
        return counts;
    }

    /** Inverse document frequency per bucket; 0 for a word of more than half of the texts on both sides, or of none. */
    private static double[] idf(List<Labelled> texts) {
        int[][] documents = new int[2][BUCKETS];
        int[] sides = new int[2];
        for (Labelled text : texts) {
            int side = text.isCurrent ? 1 : 0;
            sides[side]++;
            text.words.keySet().forEach(word -> documents[side][word]++);
        }
        double[] idf = new double[BUCKETS];
        boolean tells = false;
        for (int i = 0; i < BUCKETS; i++) {
            int all = documents[0][i] + documents[1][i];
            boolean usual = documents[0][i] > sides[0] / 2.0 && documents[1][i] > sides[1] / 2.0;
            idf[i] = all == 0 || usual ? 0 : Math.log((1.0 + texts.size()) / (1.0 + all)) + 1;
            tells |= idf[i] > 0 && all > 1;
        }
        if (!tells) {
            throw new IllegalArgumentException(
                    "No word of the texts occurs twice and tells texts apart, so nothing can be learned from them; leave the column out, or compare what they hold in columns of their own.");
        }
        return idf;
    }

    private static Map<Integer, Double> vector(Map<Integer, Integer> words, double[] idf) {
        Map<Integer, Double> vector = new HashMap<>();
        double squares = 0;
        for (var word : words.entrySet()) {
            double value = (1 + Math.log(word.getValue())) * idf[word.getKey()];
            if (value != 0) {
                vector.put(word.getKey(), value);
                squares += value * value;
            }
        }
        double norm = Math.sqrt(squares);
        vector.replaceAll((_, value) -> value / norm);
        return vector;
    }

    private static double[] learn(List<Labelled> texts, double[] idf, RandomGenerator random) {
        double[] weights = new double[BUCKETS + 1];
        List<Map<Integer, Double>> vectors =
                texts.stream().map(text -> vector(text.words, idf)).toList();
        int[] order = new int[texts.size()];
        Arrays.setAll(order, i -> i);
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
            for (int i = order.length - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                int swap = order[i];
                order[i] = order[j];
                order[j] = swap;
            }
            double step = STEP / (1 + 0.1 * epoch);
            for (int at : order) {
                double error = (texts.get(at).isCurrent ? 1 : 0) - 1 / (1 + Math.exp(-dot(weights, vectors.get(at))));
                vectors.get(at)
                        .forEach((word, value) -> weights[word] += step * (error * value - PENALTY * weights[word]));
                weights[BUCKETS] += step * error;
            }
        }
        return weights;
    }

    private static double dot(double[] weights, Map<Integer, Double> vector) {
        double sum = weights[BUCKETS];
        for (var word : vector.entrySet()) {
            sum += weights[word.getKey()] * word.getValue();
        }
        return sum;
    }

    private static double chance(boolean[] labels, double level, RandomGenerator random) {
        double[] aucs = new double[CHANCE_ROUNDS];
        double[] scores = new double[labels.length];
        for (int round = 0; round < CHANCE_ROUNDS; round++) {
            Arrays.setAll(scores, _ -> random.nextDouble());
            aucs[round] = RocAuc.of(scores, labels);
        }
        return Sample.of(aucs).quantile(level);
    }

    private static void shuffle(List<Labelled> texts, RandomGenerator random) {
        for (int i = texts.size() - 1; i > 0; i--) {
            java.util.Collections.swap(texts, i, random.nextInt(i + 1));
        }
    }
}
