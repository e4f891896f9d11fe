package dev.clew.server.http;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Idempotency;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Requests with an {@code Idempotency-Key} are carried out once: a repeat gets the first answer again, with {@code Idempotent-Replay: true}.
 * For changes of the native interface, and for what foreign dialects create; everything else takes no notice of the header. Thread-safe.
 */
public final class Replays {
    /** Largest answer that is kept, in bytes. */
    public static final int MAX_ANSWER_BYTES = 8 * 1024;

    public static final String HEADER = "Idempotency-Key";

    static final String REPLAYED = "Idempotent-Replay";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long PAUSE_MILLIS = 20;
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    private final Idempotency kept;
    private final Seal seal;
    private final InstantSource clock;

    /** Seals what is kept: answers hold what people wrote. */
    public interface Seal {
        byte[] seal(byte[] key, byte[] plain);

        byte[] open(byte[] key, byte[] sealed);
    }

    public Replays(Idempotency kept, Seal seal, InstantSource clock) {
        this.kept = kept;
        this.seal = seal;
        this.clock = clock;
    }

    /** Whether requests of the route may name a key. */
    public static boolean apply(Route route) {
        return route.method() != Method.GET
                && !route.isPublic()
                && (route.isCreate() || (route.isDocumented() && route.errors() == ErrorShape.PROBLEM));
    }

    /** The same routes, those that apply under keys. */
    public List<Route> over(List<Route> routes) {
        return routes.stream()
                .map(route -> apply(route) ? route.handledBy(exchange -> handle(exchange, route)) : route)
                .toList();
    }

    private Answer handle(Exchange exchange, Route route) throws IOException {
        Optional<String> header = exchange.header(HEADER);
        if (header.isEmpty()) {
            return route.handler().handle(exchange);
        }
        Uid key = key(header.get());
        var claim = new Idempotency.Claim(exchange.caller().who(), key, digest(exchange, route));
        var known = kept.find(claim);
        if (known.isPresent()) {
            return again(claim, key);
        }
        try {
            return keep(claim, key, route, carryOut(exchange, route, claim));
        } catch (ClewException e) {
            if (e.code() == ErrorCode.IDEMPOTENCY_KEY_TAKEN) {
                return again(claim, key);
            }
            throw e;
        }
    }

    private static Answer carryOut(Exchange exchange, Route route, Idempotency.Claim claim) throws IOException {
        try {
            return Idempotency.under(claim, () -> route.handler().handle(exchange));
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("A handler throws nothing else", e);
        }
    }

    private static Uid key(String header) {
        try {
            return Fields.parseUid(HEADER, header.strip().replace("\"", ""));
        } catch (ClewException e) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "%s must be a UUID made anew for each request, not \"%s\"."
                            .formatted(HEADER, header.length() <= 64 ? header : header.substring(0, 64) + "…"),
                    e);
        }
    }

    /** Of everything that was asked: method, address and body. */
    static byte[] digest(Exchange exchange, Route route) throws IOException {
        byte[] body = exchange.wholeBody();
        byte[] head = "%s %s\n".formatted(route.method(), exchange.target()).getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return Hashing.sha256(all);
    }

    /** Writes the answer down before it is sent; refusals are not kept, for they changed nothing. */
    private Answer keep(Idempotency.Claim claim, Uid key, Route route, Answer answer) throws IOException {
        if (answer.status() / 100 != 2) {
            return answer;
        }
        WholeAnswer whole = WholeAnswer.of(answer);
        boolean keeps = whole.bytes().length <= MAX_ANSWER_BYTES && !route.isShownOnce();
        byte[] sealed = keeps ? seal.seal(key.bytes(), encode(whole.answer(), whole.bytes())) : null;
        kept.answered(claim, answer.status(), sealed);
        return whole.answer();
    }

    private static byte[] encode(Answer answer, byte[] body) throws IOException {
        var headers = new TreeMap<>(answer.headers());
        headers.put("Content-Type", answer.contentType());
        byte[] head = JsonOut.MAPPER.writeValueAsBytes(headers);
        byte[] all = Arrays.copyOf(head, head.length + 1 + body.length);
        all[head.length] = '\n';
        System.arraycopy(body, 0, all, head.length + 1, body.length);
        return all;
    }

    /** The first answer once it is there: whoever asks twice at once waits for it. */
    private Answer again(Idempotency.Claim claim, Uid key) throws IOException {
        while (true) {
            Idempotency.Known known = kept.find(claim).orElseThrow(() -> Idempotency.taken(-1));
            byte[] sealed = known.answer();
            if (sealed != null) {
                return decode(known.status(), seal.open(key.bytes(), sealed)).header(REPLAYED, "true");
            }
            if (known.status() != 0 || !known.since().plus(PATIENCE).isAfter(clock.instant())) {
                throw Idempotency.taken(known.firstSeq());
            }
            pause();
        }
    }

    private static Answer decode(int status, byte[] kept) throws IOException {
        int end = 0;
        while (kept[end] != '\n') {
            end++;
        }
        Map<String, String> headers = new TreeMap<>(Json.MAPPER.readValue(Arrays.copyOf(kept, end), TEXTS));
        String type = headers.remove("Content-Type");
        byte[] body = Arrays.copyOfRange(kept, end + 1, kept.length);
        return new Answer(status, text(type), Map.copyOf(headers), out -> out.write(body));
    }

    private static String text(@Nullable String type) {
        return type == null ? "" : type;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClewException(ErrorCode.UNAVAILABLE, "The server is stopping; send the request again.", e);
        }
    }
}
