package dev.clew.explain.blackbox;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.model.BlackBoxModel;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.explain.model.Rows;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A model behind HTTP. The address says the dialect: {@code …/v2/…/infer}, {@code …:predict}, {@code …/invocations}.
 * Requests carry {@code X-Clew-Probe: explain}, so that an inference log does not count them as decisions. A request that
 * found no server is tried once more; redirects are not followed. After three failures in a row it fails at once for as long as one
 * request may take. Thread-safe; blocks.
 */
public final class HttpScorer implements BlackBoxModel.Scorer, TextScorer {
    private static final int MAX_ANSWER_BYTES = 64 << 20;

    private final HttpClient client;
    private final URI address;
    private final Dialect dialect;
    private final FeatureSchema schema;
    private final Duration timeout;
    private final Patience patience;

    /** @param timeout of one request, from connecting to the last byte */
    public HttpScorer(URI address, FeatureSchema schema, Duration timeout) {
        if (address.getHost() == null || !address.getScheme().startsWith("http")) {
            throw new ExplainException(Code.BAD_REQUEST, "The address of a black box starts with http:// or https://.");
        }
        this.address = address;
        this.dialect = Dialect.of(address.getPath());
        this.schema = schema;
        this.timeout = timeout;
        patience = new Patience(timeout);
        client = HttpClient.newBuilder().connectTimeout(timeout).build();
    }

    @Override
    public double[] score(Rows rows) {
        return ask(dialect.request(rows, schema));
    }

    @Override
    public double[] score(List<String> texts, String column) {
        return ask(dialect.request(texts, column));
    }

    private double[] ask(String question) {
        patience.ask();
        try {
            double[] answer = twice(question);
            patience.answered();
            return answer;
        } catch (ExplainException e) {
            patience.failed();
            throw e;
        }
    }

    private double[] twice(String question) {
        var request = HttpRequest.newBuilder(address)
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .header("X-Clew-Probe", "explain")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Dialect.utf8(question)))
                .build();
        try {
            return once(request);
        } catch (IOException first) {
            if (first instanceof HttpTimeoutException) {
                throw late(first);
            }
            try {
                return once(request);
            } catch (IOException second) {
                throw new ExplainException(
                        Code.BLACK_BOX_FAILED,
                        "The black box at %s cannot be reached.".formatted(address.getHost()),
                        second);
            }
        }
    }

    private double[] once(HttpRequest request) throws IOException {
        var answer = client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
        try {
            HttpResponse<InputStream> response = answer.get(timeout.toMillis() + 1, TimeUnit.MILLISECONDS);
            try (InputStream body = response.body()) {
                byte[] bytes = read(body);
                if (response.statusCode() != 200) {
                    throw new ExplainException(
                            Code.BLACK_BOX_FAILED,
                            "The black box answered with status %d.".formatted(response.statusCode()));
                }
                return dialect.answer(bytes);
            }
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw late(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new ExplainException(Code.BLACK_BOX_FAILED, "The black box could not be asked.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExplainException(Code.BLACK_BOX_FAILED, "Asking the black box was interrupted.", e);
        }
    }

    /** Closes the body when the time is over, so that one that trickles does not hold the caller. */
    private byte[] read(InputStream body) throws IOException {
        var closer = Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(timeout);
                body.close();
            } catch (InterruptedException | IOException e) {
                // Read to the end in time, or already closed.
            }
        });
        try {
            byte[] bytes = body.readNBytes(MAX_ANSWER_BYTES + 1);
            if (bytes.length > MAX_ANSWER_BYTES) {
                throw new ExplainException(
                        Code.BLACK_BOX_FAILED,
                        "The black box's answer is larger than %d MiB.".formatted(MAX_ANSWER_BYTES >> 20));
            }
            return bytes;
        } finally {
            closer.interrupt();
        }
    }

    private ExplainException late(Exception cause) {
        return new ExplainException(
                Code.BLACK_BOX_FAILED,
                "The black box did not answer within %s s.".formatted(timeout.toMillis() / 1e3),
                cause);
    }
}
