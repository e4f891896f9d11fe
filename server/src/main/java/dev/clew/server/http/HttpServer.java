package dev.clew.server.http;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * Serves the declared routes: Jetty's connectors, a router, a gate. Requests run on virtual threads; a few platform threads accept and
 * select. Closing it stops taking requests, lets those in hand finish, then closes the connections. Thread-safe.
 */
public final class HttpServer implements AutoCloseable {
    /** What is read from a connection at a time; it is held only while there is something to read. */
    private static final int INPUT_BYTES = 64 * 1024;

    private static final String COMMANDS = "commands";

    private final HttpConfig config;
    private final Server server;
    private final ServerConnector connector;
    private final @Nullable ServerConnector commands;
    private final Door door;
    private final AccessLog log;

    /**
     * @param keys directory where generated certificates are kept
     * @throws IllegalStateException if routes are declared twice, ambiguously or without a permission
     */
    public HttpServer(HttpConfig config, Path keys, Gate gate, Collection<List<Route>> routes) {
        this.config = config;
        this.log = new AccessLog(config.accessLog(), config.accessLogFile());
        this.door = new Door(new Router(routes.stream().flatMap(List::stream).toList()), gate, config, log);
        this.server = new Server(threads());
        this.connector = connector(keys);
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(config.maxConnections(), server));
        connector.addBean(new SlowHeaders(config.headerTime(), connector.getScheduler()));
        this.commands = isPlainLoopback() ? null : commandsConnector();
        if (commands != null) {
            server.addConnector(commands);
            commands.addBean(new SlowHeaders(config.headerTime(), commands.getScheduler()));
        }
        server.setHandler(door);
        server.setErrorHandler(new RefusedMessages());
    }

    private static QueuedThreadPool threads() {
        var threads = new QueuedThreadPool(12, 2);
        threads.setName("http");
        var requests = new VirtualThreadPool();
        requests.setName("request-");
        threads.setVirtualThreadsExecutor(requests);
        return threads;
    }

    /** Whether commands of this machine can speak to it as it listens: no TLS whose certificate they would have to know, no proxy. */
    private boolean isPlainLoopback() {
        return config.isLoopback()
                && config.tls() == HttpConfig.Tls.OFF
                && config.trustedProxies().isEmpty();
    }

    /** Where commands of this machine speak to it when others reach it: on loopback alone, in the clear, on a port of its own. */
    private ServerConnector commandsConnector() {
        var made = new ServerConnector(server, 1, 1, http1(configuration()));
        made.setName(COMMANDS);
        made.setHost("127.0.0.1");
        made.setPort(0);
        made.setIdleTimeout(config.idle().toMillis());
        return made;
    }

    static boolean isCommands(Request request) {
        return COMMANDS.equals(request.getConnectionMetaData().getConnector().getName());
    }

    private ServerConnector connector(Path keys) {
        var made = new ServerConnector(server, 1, 1, factories(configuration(), keys));
        made.setHost(config.host());
        made.setPort(config.port());
        made.setIdleTimeout(config.idle().toMillis());
        made.setAcceptQueueSize(1_024);
        made.setReuseAddress(true);
        return made;
    }

    private HttpConfiguration configuration() {
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(true);
        http.setRequestHeaderSize(config.maxHeaderBytes().toInt());
        http.setResponseHeaderSize(16 * 1024);
        http.setOutputBufferSize(32 * 1024);
        http.setRelativeRedirectAllowed(false);
        // The router splits raw paths itself, decodes each segment once and refuses dot segments.
        http.setUriCompliance(UriCompliance.DEFAULT.with(
                "clew",
                UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
                UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
                UriCompliance.Violation.AMBIGUOUS_PATH_SEGMENT,
                UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT,
                UriCompliance.Violation.AMBIGUOUS_PATH_PARAMETER,
                UriCompliance.Violation.SUSPICIOUS_PATH_CHARACTERS));
        return http;
    }

    private ConnectionFactory[] factories(HttpConfiguration http, Path keys) {
        if (config.tls() == HttpConfig.Tls.OFF) {
            return new ConnectionFactory[] {http1(http)};
        }
        http.addCustomizer(new SecureRequestCustomizer(false));
        var h2 = new HTTP2ServerConnectionFactory(http);
        h2.setMaxConcurrentStreams(128);
        var alpn = new ALPNServerConnectionFactory();
        alpn.setDefaultProtocol("http/1.1");
        return new ConnectionFactory[] {
            new SslConnectionFactory(Certificates.of(config, keys), alpn.getProtocol()), alpn, h2, http1(http)
        };
    }

    private static HttpConnectionFactory http1(HttpConfiguration http) {
        var factory = new HttpConnectionFactory(http);
        factory.setInputBufferSize(INPUT_BYTES);
        return factory;
    }

    /**
     * Starts answering.
     *
     * @throws ClewException CONFIGURATION if the address cannot be listened on
     */
    public HttpServer start() {
        try {
            server.start();
            return this;
        } catch (Exception e) {
            if (e instanceof BindException || e.getCause() instanceof BindException || e instanceof IOException) {
                throw new ClewException(
                        ErrorCode.CONFIGURATION,
                        "%s port %d cannot be listened on; another program may hold it. Choose another with --port."
                                .formatted(config.host(), config.port()),
                        e);
            }
            throw new IllegalStateException("The HTTP server did not start", e);
        }
    }

    public int port() {
        return connector.getLocalPort();
    }

    /** {@code http://HOST:PORT}, as a client on this machine would use it. */
    public String url() {
        String host = config.host().contains(":") && !config.host().startsWith("[")
                ? "[" + config.host() + "]"
                : config.host();
        return "%s://%s:%d".formatted(config.tls() == HttpConfig.Tls.OFF ? "http" : "https", host, port());
    }

    /** Where commands of this machine reach it, with the operator's token too: at {@link #url()} or on a port of their own. */
    public String localUrl() {
        return commands == null ? url() : "http://127.0.0.1:%d".formatted(commands.getLocalPort());
    }

    /** Takes no more requests and waits, at most so long, until those in hand are answered; what is left is the process's end. */
    public void settle(Duration atMost) {
        door.drain();
        try {
            door.awaitEmpty(atMost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        door.drain();
        connector.close();
        if (commands != null) {
            commands.close();
        }
        try {
            door.awaitEmpty(config.drain());
            server.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            System.getLogger("clew.http").log(System.Logger.Level.WARNING, "connections not closed in order", e);
        }
        log.close();
    }
}
