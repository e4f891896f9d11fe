package dev.clew.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * One large file put into a run and read back, through the artifact proxy of Clew and of the newest MLflow in turns; what comes back
 * must have the length and checksum of what went in.
 *
 * <p>{@code --mebibytes} of the file (1 024), {@code --rounds} (2).
 */
final class ArtifactsBenchmark {
    private static final String API = "/api/2.0/mlflow-artifacts/artifacts/";

    private final Report report = new Report("artifacts");
    private final int mebibytes;
    private final int rounds;
    private long sum;

    private ArtifactsBenchmark(Arguments arguments) {
        this.mebibytes = arguments.number("mebibytes", 1_024);
        this.rounds = arguments.number("rounds", 2);
    }

    static void main(String... arguments) throws Exception {
        new ArtifactsBenchmark(new Arguments(List.of("mebibytes", "rounds"), arguments)).run();
    }

    /** Seconds that one way took, the best of all rounds. */
    private static final class Best {
        double put = Double.POSITIVE_INFINITY;
        double get = Double.POSITIVE_INFINITY;
    }

    private void run() throws Exception {
        Path file = Files.createTempFile("clew-bench", ".bin");
        try (var clew = ServedProcess.start();
                var rival = RivalMlflow.start()) {
            report.line("rival", "mlflow %s, artifacts in a folder", RivalMlflow.VERSION);
            sum = fill(file);
            floor(file);
            double before = clew.residentMiB();
            var ours = new Best();
            var theirs = new Best();
            for (int i = 0; i < rounds; i++) {
                round("mlflow", rival.url(), rival::cpuSeconds, file, theirs);
                round("clew", clew.url(), clew::cpuSeconds, file, ours);
            }
            report.line("ratio of the best", "put %.1f ×, get %.1f ×", theirs.put / ours.put, theirs.get / ours.get);
            report.line("resident", "clew %.0f MiB before, at most %.0f MiB", before, clew.mostResidentMiB());
        } finally {
            Files.delete(file);
        }
        report.close();
    }

    private void round(String name, String url, DoubleSupplier cpu, Path file, Best best) throws Exception {
        byte[] created = Load.once(url, "POST", "/api/2.0/mlflow/runs/create", "{\"experiment_id\":\"0\"}");
        String root = MlflowBenchmark.field(created, "artifact_uri").replaceFirst("^mlflow-artifacts:/+", "");
        var address = URI.create(url + API + root + "/big.bin");
        double used = cpu.getAsDouble();
        long begin = System.nanoTime();
        var put = FileTransfer.put(address, file);
        double seconds = (System.nanoTime() - begin) / 1e9;
        require(put.status() == 200, "a file was answered " + put.status());
        best.put = Math.min(best.put, seconds);
        say("put, " + name, seconds, cpu.getAsDouble() - used);
        used = cpu.getAsDouble();
        begin = System.nanoTime();
        var got = FileTransfer.get(address);
        seconds = (System.nanoTime() - begin) / 1e9;
        require(got.status() == 200, "reading the file was answered " + got.status());
        require(
                got.bytes() == ((long) mebibytes << 20) && got.sum() == sum,
                "what was read from %s is not what was put".formatted(name));
        best.get = Math.min(best.get, seconds);
        say("get, " + name, seconds, cpu.getAsDouble() - used);
    }

    /** The disk alone: the same bytes written in one stream and forced, which nothing that is durable can be faster than. */
    private void floor(Path file) throws IOException {
        Path copy = Files.createTempFile("clew-bench", ".raw");
        try (var from = FileChannel.open(file);
                var to = FileChannel.open(copy, StandardOpenOption.WRITE)) {
            long begin = System.nanoTime();
            for (long at = 0; at < from.size(); ) {
                at += from.transferTo(at, from.size() - at, to);
            }
            double written = (System.nanoTime() - begin) / 1e9;
            to.force(true);
            report.line(
                    "the disk alone",
                    "copied in %.2f s, forced after %.2f s",
                    written,
                    (System.nanoTime() - begin) / 1e9);
        } finally {
            Files.delete(copy);
        }
    }

    private void say(String what, double seconds, double cpu) {
        report.line(what, "%.2f s, %.0f MiB/s; server CPU %.2f s", seconds, mebibytes / seconds, cpu);
    }

    private static void require(boolean holds, String otherwise) throws IOException {
        if (!holds) {
            throw new IOException(otherwise);
        }
    }

    private long fill(Path file) throws IOException {
        var crc = new CRC32C();
        var random = new Random(1);
        byte[] block = new byte[1 << 20];
        try (var out = new CheckedOutputStream(Files.newOutputStream(file), crc)) {
            for (int i = 0; i < mebibytes; i++) {
                random.nextBytes(block);
                out.write(block);
            }
        }
        return crc.getValue();
    }
}
