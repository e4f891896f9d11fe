package dev.clew.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Many sealed decisions of 20 000 persons in a server's directory, sent over HTTP a thousand at a time unless they are there already. Their
 * ids are kept beside the data.
 */
final class StoredDecisions {
    private static final int BATCH = 1_000;
    private static final int KNOWN = 20_000;
    private static final int FEATURES = 20;

    /** What the newest decisions are, most of which are not in segments yet. */
    private static final int NEWEST = 20_000;

    private final List<String> ids;

    private StoredDecisions(List<String> ids) {
        this.ids = ids;
    }

    static StoredDecisions in(Path root, String url, int count, Report report) throws IOException {
        return in(root, url, count, StoredDecisions::decision, report);
    }

    /** @param decision what one says, without its braces */
    static StoredDecisions in(Path root, String url, int count, Function<Random, String> decision, Report report)
            throws IOException {
        Path file = root.resolve("decisions.ids");
        List<String> ids = Files.exists(file) ? Files.readAllLines(file) : new ArrayList<>();
        if (ids.size() < count) {
            long start = System.nanoTime();
            int before = ids.size();
            add(url, ids, count, decision);
            Files.write(file, ids);
            report.line("stored", "%,d decisions in %.0f s", ids.size() - before, (System.nanoTime() - start) / 1e9);
        } else {
            report.line("stored", "%,d decisions, kept from an earlier run", ids.size());
        }
        return new StoredDecisions(ids);
    }

    private static void add(String url, List<String> ids, int count, Function<Random, String> decision) {
        var random = new Random(ids.size());
        int first = ids.size() / BATCH;
        int last = (count + BATCH - 1) / BATCH;
        new Load(url, "POST", "/api/clew/v1/decisions", BATCH)
                .run(2, (last - first) / 2, (_, _) -> batch(random, decision), (_, _, answer) -> read(answer, ids));
    }

    private static String batch(Random random, Function<Random, String> decision) {
        var text = new StringBuilder(BATCH * 600).append('[');
        for (int i = 0; i < BATCH; i++) {
            text.append(i == 0 ? "{" : ",{").append(decision.apply(random)).append('}');
        }
        return text.append(']').toString();
    }

    private static String decision(Random random) {
        var text = new StringBuilder("\"features\":{");
        for (int f = 0; f < FEATURES; f++) {
            text.append(f == 0 ? "\"f" : ",\"f").append(10 + f).append("\":").append(random.nextInt(8_000) / 8.0);
        }
        return text.append("},\"outcome\":\"approved\",\"score\":0.25,\"subject\":{\"id\":\"p")
                .append(random.nextInt(KNOWN))
                .append("\"}")
                .toString();
    }

    private static void read(byte[] answer, List<String> ids) {
        String text = new String(answer, StandardCharsets.UTF_8);
        for (int at = text.indexOf("\"id\":\""); at >= 0; at = text.indexOf("\"id\":\"", at + 40)) {
            ids.add(text.substring(at + 6, at + 42));
        }
    }

    /** Half from all but the newest, half from the newest, in an order drawn by seed. */
    List<String> drawn(int count, long seed) {
        var random = new Random(seed);
        int old = Math.max(1, ids.size() - NEWEST);
        var drawn = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            drawn.add(ids.get(i % 2 == 0 ? random.nextInt(old) : old - 1 + random.nextInt(ids.size() - old + 1)));
        }
        Collections.shuffle(drawn, random);
        return drawn;
    }
}
