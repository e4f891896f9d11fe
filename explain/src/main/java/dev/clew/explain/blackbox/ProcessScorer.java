package dev.clew.explain.blackbox;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.model.BlackBoxModel;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.explain.model.Rows;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A model in a process of its own: one line {@code {"instances": [[…]]}} in, one line {@code {"predictions": […]}} out. The
 * process is started once and ended by {@link #close()} or when it is late. Callers take turns; blocks.
 */
public final class ProcessScorer implements BlackBoxModel.Scorer, AutoCloseable {
    private static final int MAX_LINE_BYTES = 64 << 20;

    private final Process process;
    private final OutputStream in;
    private final InputStream out;
    private final FeatureSchema schema;
    private final Duration timeout;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("black-box").factory());

    /** Starts the process; what it writes to its error stream goes to this process's. */
    public ProcessScorer(List<String> command, FeatureSchema schema, Duration timeout) throws IOException {
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        in = process.getOutputStream();
        out = new BufferedInputStream(process.getInputStream());
        this.schema = schema;
        this.timeout = timeout;
    }

    @Override
    public synchronized double[] score(Rows rows) {
        var answer = worker.submit(() -> ask(rows));
        try {
            return Dialect.V1.answer(answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            // Its answer may still come; a later question would read it as its own.
            process.destroyForcibly();
            throw new ExplainException(
                    Code.BLACK_BOX_FAILED, "The process did not answer within %s and was ended.".formatted(timeout), e);
        } catch (ExecutionException e) {
            throw new ExplainException(
                    Code.BLACK_BOX_FAILED, "The process ended, or its answer is no line of JSON.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExplainException(Code.BLACK_BOX_FAILED, "Asking the process was interrupted.", e);
        }
    }

    private byte[] ask(Rows rows) throws IOException {
        in.write(Dialect.utf8(Dialect.V1.request(rows, schema) + "\n"));
        in.flush();
        var line = new ByteArrayOutputStream();
        for (int b = out.read(); b != '\n'; b = out.read()) {
            if (b < 0 || line.size() > MAX_LINE_BYTES) {
                throw new IOException("the line ends too early or not at all");
            }
            line.write(b);
        }
        return line.toByteArray();
    }

    @Override
    public void close() {
        worker.shutdownNow();
        process.destroy();
        try {
            if (!process.waitFor(2, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
