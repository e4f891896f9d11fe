package dev.clew.benchmarks;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** {@code clew bench NAME}: runs one benchmark. A new one adds its line here. */
public final class Main {
    private static final Map<String, Benchmark> ALL = new TreeMap<>(Map.of(
            "crash", CrashBenchmark::main,
            "ledger", LedgerBenchmark::main,
            "decisions", DecisionsBenchmark::main,
            "http", HttpBenchmark::main,
            "journal", JournalBenchmark::main,
            "proof", ProofBenchmark::main,
            "start", StartBenchmark::main,
            "drift", DriftBenchmark::main,
            "explain", ExplainBenchmark::main,
            "mlflow", MlflowBenchmark::main));

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
            found.run(Arrays.copyOfRange(arguments, 1, arguments.length));
        }
    }
}
