package dev.clew.server.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Puts an answer on the wire: security headers, length, compression, one write when it is small. Thread-safe. */
final class AnswerWriter {
    private static final int WORTH_COMPRESSING = 1_400;
    private static final long LINGER_BYTES = 8L << 20;
    private static final long LINGER_NANOS = 2_000_000_000L;

    private static final List<HttpField> ALWAYS = List.of(
            new PreEncodedHttpField("X-Content-Type-Options", "nosniff"),
            new PreEncodedHttpField("Referrer-Policy", "no-referrer"),
            new PreEncodedHttpField("Cross-Origin-Opener-Policy", "same-origin"),
            new PreEncodedHttpField(
                    "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"));
    private static final HttpField NO_STORE = new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store");
    private static final HttpField NO_CONTENT_POLICY = new PreEncodedHttpField(
            "Content-Security-Policy",
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    private static final HttpField JSON = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");
    private static final HttpField CLOSE = new PreEncodedHttpField(HttpHeader.CONNECTION, "close");
    private static final HttpField GZIP = new PreEncodedHttpField(HttpHeader.CONTENT_ENCODING, "gzip");
    private static final HttpField VARY = new PreEncodedHttpField(HttpHeader.VARY, "Accept-Encoding");
    private static final HttpField RETRY_AFTER = new PreEncodedHttpField(HttpHeader.RETRY_AFTER, "1");

    /** Told once when the answer is on its way or lost; completes the request. */
    abstract static class Done implements Callback {
        private final Callback callback;
        private long bytes;

        Done(Callback callback) {
            this.callback = callback;
        }

        abstract void written(long bytes);

        /** The connection broke before all of it was written. */
        abstract void lost();

        @Override
        public void succeeded() {
            written(bytes);
            callback.succeeded();
        }

        @Override
        public void failed(Throwable x) {
            lost();
            written(bytes);
            callback.failed(x);
        }
    }

    /** @param unread whether a body may still arrive that nobody reads; the connection ends after the answer then */
    void write(Answer answer, Request request, Response response, String id, boolean unread, Done done)
            throws IOException {
        HttpFields.Mutable headers = response.getHeaders();
        response.setStatus(answer.status());
        fill(headers, answer, id);
        if (unread && request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_2) {
            headers.put(CLOSE);
        }
        boolean gzip = mayCompress(request, answer);
        if (gzip) {
            headers.add(VARY);
        }
        var buffer = new AnswerBuffer(() -> {
            OutputStream wire = Content.Sink.asOutputStream(response);
            if (!gzip) {
                return wire;
            }
            headers.put(GZIP);
            headers.remove(HttpHeader.CONTENT_LENGTH);
            return new GZIPOutputStream(wire, 8_192, true);
        });
        answer.content().writeTo(buffer);
        OutputStream wire = buffer.wire();
        if (wire != null) {
            wire.close();
            done.bytes = buffer.total();
            done.succeeded();
            return;
        }
        ByteBuffer whole = ByteBuffer.wrap(buffer.bytes(), 0, buffer.count());
        if (gzip && buffer.count() >= WORTH_COMPRESSING) {
            whole = compressed(whole);
            headers.put(GZIP);
        }
        if (answer.status() != 204 && answer.status() != 304) {
            if (!headers.contains(HttpHeader.CONTENT_LENGTH) || gzip) {
                headers.put(HttpHeader.CONTENT_LENGTH, whole.remaining());
            }
        }
        done.bytes = whole.remaining();
        if (unread) {
            response.write(true, whole, Callback.NOOP);
            linger(request);
            done.succeeded();
        } else {
            response.write(true, whole, done);
        }
    }

    /** What browsers are told with every answer, whoever writes it. */
    static void secure(HttpFields.Mutable headers) {
        ALWAYS.forEach(headers::put);
        headers.put(NO_STORE);
        headers.put(NO_CONTENT_POLICY);
    }

    private static void fill(HttpFields.Mutable headers, Answer answer, String id) {
        ALWAYS.forEach(headers::add);
        headers.add("X-Request-Id", id);
        String type = answer.contentType();
        if (type.equals("application/json")) {
            headers.add(JSON);
        } else if (!type.isEmpty()) {
            headers.add(HttpHeader.CONTENT_TYPE, type);
        }
        for (Map.Entry<String, String> header : answer.headers().entrySet()) {
            headers.put(header.getKey(), header.getValue());
        }
        if (!headers.contains(HttpHeader.CACHE_CONTROL)) {
            headers.add(NO_STORE);
        }
        if (!headers.contains("Content-Security-Policy")) {
            headers.add(NO_CONTENT_POLICY);
        }
        if ((answer.status() == 503 || answer.status() == 429) && !headers.contains(HttpHeader.RETRY_AFTER)) {
            headers.add(RETRY_AFTER);
        }
    }

    private static boolean mayCompress(Request request, Answer answer) {
        String accepted = request.getHeaders().get(HttpHeader.ACCEPT_ENCODING);
        if (accepted == null || !accepted.contains("gzip") || accepted.contains("gzip;q=0")) {
            return false;
        }
        String type = answer.contentType();
        return (type.startsWith("text/")
                        || type.startsWith("application/json")
                        || type.startsWith("application/x-ndjson")
                        || type.endsWith("+json"))
                && !answer.headers().containsKey("Content-Encoding")
                && !answer.headers().getOrDefault("Cache-Control", "").contains("no-transform")
                && answer.status() != 206;
    }

    private static ByteBuffer compressed(ByteBuffer plain) throws IOException {
        var bytes = new ByteArrayOutputStream(plain.remaining() / 3);
        try (var gzip = new GZIPOutputStream(bytes, 4_096)) {
            gzip.write(plain.array(), plain.position(), plain.remaining());
        }
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    /** Reads a little of what still comes, so that the sender sees the answer before the connection ends. */
    private static void linger(Request request) {
        if (request.getHeaders().contains(HttpHeader.EXPECT)) {
            return;
        }
        long until = System.nanoTime() + LINGER_NANOS;
        long count = 0;
        byte[] bin = new byte[8_192];
        InputStream in = Content.Source.asInputStream(request);
        try {
            for (int n = in.read(bin); n >= 0; n = in.read(bin)) {
                count += n;
                if (count > LINGER_BYTES || System.nanoTime() - until > 0) {
                    return;
                }
            }
        } catch (IOException | RuntimeException e) {
            // The sender is gone or slow: nothing to wait for.
        }
    }
}
