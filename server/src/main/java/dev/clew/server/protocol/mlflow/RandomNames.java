package dev.clew.server.protocol.mlflow;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Names for runs and models that nobody named: adjective, noun, number. */
final class RandomNames {
    private static final List<String> ADJECTIVES = List.of(
            "able", "agile", "amber", "ample", "apt", "bold", "brave", "brisk", "calm", "candid", "clear", "clever",
            "crisp", "deft", "eager", "early", "fair", "fleet", "frank", "fresh", "gentle", "glad", "grand", "hardy",
            "humble", "keen", "kind", "lively", "loyal", "lucid", "mellow", "merry", "mild", "modest", "neat", "nimble",
            "noble", "open", "patient", "placid", "plain", "polite", "proud", "quick", "quiet", "ready", "robust",
            "serene", "sharp", "silent", "smart", "sober", "steady", "sturdy", "subtle", "sunny", "swift", "tidy",
            "upbeat", "vivid", "warm", "wise", "witty", "zesty");
    private static final List<String> NOUNS = List.of(
            "ant", "badger", "bear", "beaver", "bee", "bison", "boar", "carp", "cat", "crane", "crow", "deer", "dove",
            "duck", "eagle", "eel", "elk", "falcon", "finch", "fox", "frog", "gnat", "goat", "goose", "grouse", "gull",
            "hare", "hawk", "heron", "horse", "ibex", "jay", "kite", "lark", "lion", "lynx", "mole", "moose", "moth",
            "mouse", "newt", "otter", "owl", "ox", "panda", "perch", "pike", "quail", "rabbit", "ram", "raven", "robin",
            "seal", "shrew", "snail", "sparrow", "stork", "swan", "tern", "toad", "trout", "whale", "wolf", "wren");
    private static final int NUMBERS = 1_000;

    private RandomNames() {}

    static String next() {
        var random = ThreadLocalRandom.current();
        return "%s-%s-%d"
                .formatted(
                        ADJECTIVES.get(random.nextInt(ADJECTIVES.size())),
                        NOUNS.get(random.nextInt(NOUNS.size())),
                        random.nextInt(NUMBERS));
    }
}
