package dev.clew.explain.blackbox;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.model.BlackBoxModel;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.explain.model.Rows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A model in a process of its own: one line {@code {"instances": [[…]]}} in, one line {@code {"predictions": […]}} out. The
 * process is ended by {@link #close()} or when it is late, and started again for the next question; after three failures in a row it
 * is left alone for as long as one answer may take. Callers take turns; blocks.
 */
public final class ProcessScorer implements BlackBoxModel.Scorer, TextScorer, AutoCloseable {
    private static final int MAX_LINE_BYTES = 64 << 20;

    private final List<String> command;
    private final FeatureSchema schema;
    private final Duration timeout;
    private final Patience patience;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("black-box").factory());
    private Process process;
    private boolean ended;

    /** Starts the process; what it writes to its error stream goes to this process's. */
    public ProcessScorer(List<String> command, FeatureSchema schema, Duration timeout) throws IOException {
        this.command = List.copyOf(command);
        this.schema = schema;
        this.timeout = timeout;
        patience = new Patience(timeout);
        process = start(this.command);
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    @Override
    public double[] score(Rows rows) {
        return ask(Dialect.V1.request(rows, schema));
    }

    @Override
    public double[] score(List<String> texts, String column) {
        return ask(Dialect.V1.request(texts, column));
    }

    private synchronized double[] ask(String question) {
        patience.ask();
        try {
            if (ended || !process.isAlive()) {
                process = start(command);
                ended = false;
            }
            double[] answer = once(process, question);
            patience.answered();
            return answer;
        } catch (IOException e) {
            patience.failed();
            throw new ExplainException(Code.BLACK_BOX_FAILED, "The process cannot be started again.", e);
        } catch (ExplainException e) {
            patience.failed();
            // Its answer may still come; a later question would read it as its own.
            end(process);
            ended = true;
            throw e;
        }
    }

    private double[] once(Process asked, String question) {
        var answer = worker.submit(() -> line(asked, question));
        try {
            return Dialect.V1.answer(answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            throw new ExplainException(
                    Code.BLACK_BOX_FAILED,
                    "The process did not answer within %s s and was ended.".formatted(timeout.toMillis() / 1e3),
                    e);
        } catch (ExecutionException e) {
            throw new ExplainException(
                    Code.BLACK_BOX_FAILED, "The process ended, or its answer is no line of JSON.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExplainException(Code.BLACK_BOX_FAILED, "Asking the process was interrupted.", e);
        }
    }

    private static byte[] line(Process asked, String question) throws IOException {
        OutputStream in = asked.getOutputStream();
        in.write(Dialect.utf8(question + "\n"));
        in.flush();
        InputStream out = asked.getInputStream();
        var line = new ByteArrayOutputStream();
        byte[] part = new byte[8_192];
        while (true) {
            int read = out.read(part);
            if (read < 0 || line.size() > MAX_LINE_BYTES) {
                throw new IOException("the line ends too early or not at all");
            }
            line.write(part, 0, read);
            if (part[read - 1] == '\n') {
                return line.toByteArray();
            }
        }
    }

    private static void end(Process ended) {
        ended.descendants().forEach(ProcessHandle::destroyForcibly);
        ended.destroyForcibly();
    }

    @Override
    public void close() {
        worker.shutdownNow();
        // A shell ends without what it started, which then is nobody's child.
        List<ProcessHandle> started = process.descendants().toList();
        process.destroy();
        started.forEach(ProcessHandle::destroy);
        try {
            CompletableFuture.allOf(Stream.concat(Stream.of(process.toHandle()), started.stream())
                            .map(ProcessHandle::onExit)
                            .toArray(CompletableFuture[]::new))
                    .get(2, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // What did not listen is ended below.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        end(process);
        started.forEach(ProcessHandle::destroyForcibly);
    }
}
