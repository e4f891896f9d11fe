package dev.clew.benchmarks;

import dev.clew.server.common.QuietLibraries;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** {@code clew bench NAME}: runs one benchmark. A new one adds its line here. */
public final class Main {
    private static final Map<String, Benchmark> ALL = new TreeMap<>(Map.ofEntries(
            Map.entry("artifacts", ArtifactsBenchmark::main),
            Map.entry("crash", CrashBenchmark::main),
            Map.entry("decisions", DecisionsBenchmark::main),
            Map.entry("drift", DriftBenchmark::main),
            Map.entry("expectations", ExpectationsBenchmark::main),
            Map.entry("explain", ExplainBenchmark::main),
            Map.entry("flips", FlipsBenchmark::main),
            Map.entry("fsck", FsckBenchmark::main),
            Map.entry("history", HistoryBenchmark::main),
            Map.entry("http", HttpBenchmark::main),
            Map.entry("import", ImportBenchmark::main),
            Map.entry("journal", JournalBenchmark::main),
            Map.entry("ledger", LedgerBenchmark::main),
            Map.entry("mlflow", MlflowBenchmark::main),
            Map.entry("pages", PagesBenchmark::main),
            Map.entry("profile", ProfileBenchmark::main),
            Map.entry("proof", ProofBenchmark::main),
            Map.entry("sketches", SketchesBenchmark::main),
            Map.entry("spans", SpansBenchmark::main),
            Map.entry("start", StartBenchmark::main),
            Map.entry("trace", TraceBenchmark::main)));

    /** One benchmark: prints its figures and throws when a check after it fails. */
    @FunctionalInterface
    interface Benchmark {
        void run(String... arguments) throws Exception;
    }

    private Main() {}

    public static void main(String... arguments) throws Exception {
        Benchmark found = arguments.length == 0 ? null : ALL.get(arguments[0]);
        if (found == null) {
            System.err.println("clew bench NAME; the names are " + String.join(", ", ALL.keySet()) + ".");
            System.exit(3);
        } else {
            QuietLibraries.hush();
            found.run(Arrays.copyOfRange(arguments, 1, arguments.length));
        }
    }
}
