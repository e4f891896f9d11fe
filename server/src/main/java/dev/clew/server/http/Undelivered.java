package dev.clew.server.http;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers to requests that made something and whose connection broke before the answer was written: the same request, byte for byte, by
 * the same principal is answered with it once, within ten minutes, instead of making a second one. Equal requests whose answers arrived
 * make one each, for parallel workers lawfully send them. In memory, bounded. Thread-safe.
 */
public final class Undelivered {
    /** How long an answer waits for its request to come again. */
    public static final Duration KEPT = Duration.ofMinutes(10);

    private static final int MAX_KEPT = 1_024;

    private final InstantSource clock;
    private final Map<String, Kept> kept = new LinkedHashMap<>();
    private volatile boolean empty = true;

    private record Kept(Answer answer, Instant since) {}

    public Undelivered(InstantSource clock) {
        this.clock = clock;
    }

    /** The same routes, those that make something under this rule; what comes by the thousand has ids of its clients instead. */
    public List<Route> over(List<Route> routes) {
        return routes.stream()
                .map(route -> applies(route) ? route.handledBy(exchange -> handle(exchange, route)) : route)
                .toList();
    }

    private static boolean applies(Route route) {
        return route.isCreate() && !route.takesMany() && !route.isPublic() && !route.isShownOnce();
    }

    private Answer handle(Exchange exchange, Route route) throws IOException {
        byte[] asked = Replays.digest(exchange, route);
        String key = exchange.caller().who() + ' ' + HexFormat.of().formatHex(asked);
        Answer known = empty ? null : take(key);
        if (known != null) {
            exchange.onLost(() -> keep(key, known));
            return known.header(Replays.REPLAYED, "true");
        }
        Answer answer = route.handler().handle(exchange);
        if (answer.status() / 100 != 2) {
            return answer;
        }
        WholeAnswer whole = WholeAnswer.of(answer);
        if (whole.bytes().length <= Replays.MAX_ANSWER_BYTES) {
            exchange.onLost(() -> keep(key, whole.answer()));
        }
        return whole.answer();
    }

    /** Answers that wait for their request. */
    int waiting() {
        synchronized (kept) {
            return kept.size();
        }
    }

    private void keep(String key, Answer answer) {
        synchronized (kept) {
            if (kept.size() >= MAX_KEPT) {
                kept.remove(kept.keySet().iterator().next());
            }
            kept.put(key, new Kept(answer, clock.instant()));
            empty = false;
        }
    }

    private @Nullable Answer take(String key) {
        synchronized (kept) {
            Instant oldest = clock.instant().minus(KEPT);
            kept.values().removeIf(each -> each.since().isBefore(oldest));
            Kept found = kept.remove(key);
            empty = kept.isEmpty();
            return found == null ? null : found.answer();
        }
    }
}
