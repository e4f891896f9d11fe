package dev.clew.server.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * The proxies that were declared, and what they say about who sent a request: {@code X-Forwarded-For} and {@code X-Forwarded-Proto}. Anybody
 * can write these headers, so they count only from a declared proxy; and as each proxy adds the address it was called from at the end, the
 * client is the last one that is no declared proxy: what stands before it, the client may have written itself. Immutable; thread-safe.
 */
final class Proxies {
    private final List<Network> trusted;
    private final boolean isAlone;

    Proxies(HttpConfig config) {
        this.trusted = config.trustedProxies().stream().map(Network::parse).toList();
        this.isAlone = config.isLoopback() && trusted.isEmpty();
    }

    /** @param direct whether it was sent from this machine to this machine and carries no mark of a proxy */
    Sender sender(Request request, boolean direct) {
        String peer = Request.getRemoteAddr(request);
        boolean isCommands = direct && HttpServer.isCommands(request);
        boolean isLocal = direct && isAlone && !isCommands;
        if (!isTrusted(address(request))) {
            return new Sender(peer, request.isSecure(), isLocal, isCommands);
        }
        List<String> hops = request.getHeaders().getCSV(HttpHeader.X_FORWARDED_FOR, false);
        List<String> schemes = request.getHeaders().getCSV(HttpHeader.X_FORWARDED_PROTO, false);
        return new Sender(
                client(peer, hops),
                schemes.isEmpty() ? request.isSecure() : schemes.getLast().equalsIgnoreCase("https"),
                false,
                isCommands);
    }

    private String client(String peer, List<String> hops) {
        String client = peer;
        for (String hop : hops.reversed()) {
            Optional<InetAddress> address = Network.address(withoutPort(hop));
            if (address.isEmpty()) {
                return client; // "unknown", or a name of the proxy's own
            }
            client = address.get().getHostAddress();
            if (!isTrusted(address.get())) {
                return client;
            }
        }
        return client;
    }

    private boolean isTrusted(@Nullable InetAddress address) {
        return address != null && trusted.stream().anyMatch(network -> network.contains(address));
    }

    private static @Nullable InetAddress address(Request request) {
        return request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress peer
                ? peer.getAddress()
                : null;
    }

    /** Some proxies add one: {@code 192.0.2.1:4711}, {@code [2001:db8::1]:4711}. */
    private static String withoutPort(String hop) {
        int end = hop.startsWith("[") ? hop.indexOf(']') + 1 : hop.indexOf(':');
        boolean isOne = end > 0 && (hop.startsWith("[") || hop.indexOf(':', end + 1) < 0);
        return isOne ? hop.substring(0, end) : hop;
    }
}
