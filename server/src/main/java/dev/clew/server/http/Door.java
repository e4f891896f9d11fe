package dev.clew.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.clew.server.common.Breach;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.ErrorCode.Category;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.BadMessageException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every request passes, on a virtual thread: name and number of headers, route, room, gate, handler, answer. Thread-safe.
 */
final class Door extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger("clew.http");

    private final Router router;
    private final Gate gate;
    private final HttpConfig config;
    private final AccessLog log;
    private final HostNames names;
    private final AnswerWriter answers;
    private final BodyMemory memory;
    private final IngestRate ingest;
    private final Proxies proxies;
    private final RequestIds ids = new RequestIds();
    private final AtomicInteger inHand = new AtomicInteger();
    private volatile boolean draining;

    Door(Router router, Gate gate, HttpConfig config, AccessLog log) {
        this.router = router;
        this.gate = gate;
        this.config = config;
        this.log = log;
        this.names = new HostNames(config);
        this.answers = new AnswerWriter();
        this.memory = new BodyMemory(config.maxBodyMemory().bytes());
        this.ingest = new IngestRate(config.maxIngestRate().bytes());
        this.proxies = new Proxies(config);
    }

    /** Takes no more requests; those in hand go on. */
    void drain() {
        draining = true;
    }

    /** Waits until no request is in hand, at most so long. */
    void awaitEmpty(Duration atMost) throws InterruptedException {
        synchronized (inHand) {
            long until = System.nanoTime() + atMost.toNanos();
            long left = atMost.toNanos();
            while (inHand.get() > 0 && left > 0) {
                TimeUnit.NANOSECONDS.timedWait(inHand, left);
                left = until - System.nanoTime();
            }
        }
    }

    private void left() {
        if (inHand.decrementAndGet() == 0 && draining) {
            synchronized (inHand) {
                inHand.notifyAll();
            }
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        var call = new Call(request, response, callback, ids.next());
        int now = inHand.incrementAndGet();
        try {
            Answer answer = call.answer(now);
            call.finish(answer);
        } catch (ClewException e) {
            call.fail(e);
        } catch (JsonProcessingException e) {
            call.fail(CallExchange.malformed(e));
        } catch (IOException | BadMessageException e) {
            call.cut(e);
        } catch (RuntimeException | StackOverflowError e) {
            call.broken(e);
        } catch (OutOfMemoryError e) {
            call.fail(new ClewException(
                    ErrorCode.OVERLOADED, "There is no memory left for this request; send it again shortly."));
        }
        return true;
    }

    /** One request in hand. Confined to its thread until its answer is handed over. */
    private final class Call {
        private final Request request;
        private final Response response;
        private final Callback callback;
        private final String id;
        private final long startNanos = System.nanoTime();
        private ErrorShape errors = ErrorShape.PROBLEM;
        private String route = "-";
        private @Nullable CallExchange exchange;

        private Call(Request request, Response response, Callback callback, String id) {
            this.request = request;
            this.response = response;
            this.callback = callback;
            this.id = id;
        }

        private Answer answer(int now) throws IOException {
            HostNames.Kind name = names.check(HostNames.authority(request), HttpServer.isCommands(request));
            if (request.getHeaders().size() > config.maxHeaders()) {
                throw new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "The request has more than %d headers; send fewer.".formatted(config.maxHeaders()));
            }
            if (request.getHttpURI().getPathQuery().length()
                    > config.maxUriBytes().toInt()) {
                throw new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "Path and query have more than %d bytes; send what is long in the body."
                                .formatted(config.maxUriBytes().toInt()));
            }
            var found = router.find(segments()).under(name);
            Router.Match match = match(found);
            if (match == null) {
                return unmatched(found);
            }
            route = match.route().template();
            errors = match.route().errors();
            if ((now > config.maxRequests() || draining) && !route.equals("/health")) {
                throw new ClewException(
                        draining ? ErrorCode.UNAVAILABLE : ErrorCode.OVERLOADED,
                        draining
                                ? "The server is stopping; send the request again to the next one."
                                : "Too many requests are in hand; send this one again shortly.");
            }
            exchange = new CallExchange(
                    request, match, gate, config, memory, names, id, proxies.sender(request, isDirect(name)));
            exchange.enter();
            try {
                if (match.route().takesMany()) {
                    ingest.require(exchange.who(), System.nanoTime());
                }
                return match.route().handler().handle(exchange);
            } catch (ClewException e) {
                exchange.refused(e);
                throw e;
            }
        }

        /** A path that is refused fails in the shape of the routes it would have led to. */
        private List<String> segments() {
            String path = request.getHttpURI().getPath();
            try {
                return RequestPath.segments(path);
            } catch (ClewException e) {
                errors = router.errorsNear(path);
                throw e;
            }
        }

        private Router.@Nullable Match match(Router.Found found) {
            return switch (request.getMethod()) {
                case "GET", "HEAD" -> found.match(Method.GET);
                case "POST" -> found.match(Method.POST);
                case "PUT" -> found.match(Method.PUT);
                case "PATCH" -> found.match(Method.PATCH);
                case "DELETE" -> found.match(Method.DELETE);
                default -> null;
            };
        }

        private Answer unmatched(Router.Found found) {
            if (found.byMethod().isEmpty()) {
                throw new ClewException(
                        ErrorCode.NOT_FOUND,
                        "Nothing is served at this path; see /api/clew/v1/openapi.json for what is.");
            }
            var any = found.byMethod().values().iterator().next().route();
            route = any.template();
            errors = any.errors();
            if (request.getMethod().equals("OPTIONS")) {
                return new Answer(204, "", Map.of("Allow", found.allowed()), _ -> {});
            }
            return errors.shape(
                            new ClewException(
                                    ErrorCode.METHOD_NOT_ALLOWED,
                                    "%s is not served here; %s are."
                                            .formatted(known(request.getMethod()), found.allowed())),
                            id)
                    .header("Allow", found.allowed());
        }

        private static String known(String method) {
            return method.length() <= 16 && method.chars().allMatch(Character::isLetter) ? method : "This method";
        }

        /** Sent from this machine to this machine and by no proxy: what open mode and the operator's token rest on. */
        private boolean isDirect(HostNames.Kind name) {
            var headers = request.getHeaders();
            return name == HostNames.Kind.LOOPBACK
                    && request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress peer
                    && peer.getAddress().isLoopbackAddress()
                    && !headers.contains(HttpHeader.FORWARDED)
                    && !headers.contains(HttpHeader.X_FORWARDED_FOR)
                    && !headers.contains(HttpHeader.VIA);
        }

        private void finish(Answer answer) throws IOException {
            answers.write(answer, request, response, id, unread(answer.status()), done(answer.status()));
        }

        /** Counted in the audit log: who is nobody known, and who sends what no honest client sends. */
        private void note(ClewException failure) {
            Breach breach = failure.breach();
            if (breach == null && failure.code() != ErrorCode.UNAUTHENTICATED) {
                return;
            }
            String code = breach == null ? failure.code().name() : breach.name();
            if (exchange == null) {
                gate.turnedAway(null, null, code);
            } else {
                exchange.turnedAway(code);
            }
        }

        private void fail(ClewException failure) {
            note(failure);
            if (failure.code().category() == Category.INTEGRITY
                    || failure.code().category() == Category.INTERNAL) {
                LOG.error("request failed id={} route={} code={}", id, route, failure.code(), failure);
            }
            if (response.isCommitted()) {
                abort(failure);
                return;
            }
            try {
                response.reset();
                Answer answer = errors.shape(failure, id);
                if (failure.code() == ErrorCode.UNAUTHENTICATED && !isBrowser()) {
                    answer = answer.header("WWW-Authenticate", "Basic realm=\"clew\", Bearer realm=\"clew\"");
                }
                finish(answer);
            } catch (IOException | RuntimeException e) {
                LOG.debug("error answer not written id={}", id, e);
                abort(e);
            }
        }

        /** Browsers would ask for a password and keep it. */
        private boolean isBrowser() {
            String accept = request.getHeaders().get(HttpHeader.ACCEPT);
            return (accept != null && accept.contains("text/html"))
                    || request.getHeaders().contains("Sec-Fetch-Mode");
        }

        private void cut(Exception e) {
            if (response.isCommitted()) {
                abort(e);
            } else {
                fail(new ClewException(ErrorCode.MALFORMED_BODY, "The request ended early; send it whole.", e));
            }
        }

        private void broken(Throwable e) {
            LOG.error("request failed unexpectedly id={} route={}", id, route, e);
            if (response.isCommitted()) {
                abort(e);
            } else {
                fail(new ClewException(
                        ErrorCode.INTERNAL, "An error on the server's side; report it with the request id."));
            }
        }

        private void abort(Throwable e) {
            lose();
            leave(0, 0);
            callback.failed(e);
        }

        private void lose() {
            if (exchange != null) {
                exchange.lose();
            }
        }

        /** Whether bytes of the body may still come that nobody will read. */
        private boolean unread(int status) {
            return status >= 400 && request.getLength() != 0;
        }

        private AnswerWriter.Done done(int status) {
            return new AnswerWriter.Done(callback) {
                @Override
                void written(long bytes) {
                    leave(status, bytes);
                }

                @Override
                void lost() {
                    lose();
                }
            };
        }

        private void leave(int status, long bytes) {
            left();
            String who = "-";
            if (exchange != null) {
                exchange.release();
                who = exchange.who();
                if (exchange.takesMany()) {
                    ingest.count(who, exchange.received(), System.nanoTime());
                }
            }
            log.request(
                    id,
                    who,
                    Objects.requireNonNullElse(request.getMethod(), "-"),
                    route,
                    status,
                    bytes,
                    (System.nanoTime() - startNanos) / 1_000);
        }
    }
}
