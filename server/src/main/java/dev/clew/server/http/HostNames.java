package dev.clew.server.http;

import dev.clew.server.common.Breach;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Under which names requests are answered. A page of a foreign site can make a browser connect to a loopback server under a name of its
 * own (DNS rebinding); so on a loopback address only loopback names and declared ones are accepted. One more name is the sandbox's: it
 * makes another origin of the same server, for pages that people stored. Immutable; thread-safe.
 */
final class HostNames {
    /** Browsers take every name below {@code localhost} to this machine, without asking anybody (RFC 6761, section 6.3). */
    static final String LOOPBACK_SANDBOX = "usercontent.localhost";

    private static final Pattern PORT = Pattern.compile("(:[0-9]{1,5})?");

    /** By which kind of name the server is addressed. */
    enum Kind {
        /** A loopback name. */
        LOOPBACK,
        /** Another name of the application. */
        OTHER,
        /** The name under which stored pages are shown, and nothing else is served. */
        SANDBOX
    }

    private final boolean checked;
    private final List<String> declared;
    private final String sandbox;

    HostNames(HttpConfig config) {
        this.checked = config.isLoopback();
        this.declared = config.hosts().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList();
        this.sandbox = config.sandboxName().toLowerCase(Locale.ROOT);
    }

    /** Header {@code Host} or {@code :authority}. */
    static @Nullable String authority(Request request) {
        String host = request.getHeaders().get(HttpHeader.HOST);
        return host != null ? host : request.getHttpURI().getAuthority();
    }

    /**
     * By which name a request addresses the server.
     *
     * @param isCommands whether it came to the connector for this machine's commands, which has loopback names only
     * @throws ClewException HOST_REFUSED
     */
    Kind check(@Nullable String authority, boolean isCommands) {
        String host = authority == null ? "" : withoutPort(authority).toLowerCase(Locale.ROOT);
        if (isSandbox(host) && !isCommands) {
            return Kind.SANDBOX;
        }
        boolean loopback = host.equals("127.0.0.1") || host.equals("localhost") || Network.isLoopbackName(host);
        if (!loopback && (isCommands || (checked && !declared.contains(host)))) {
            throw new ClewException(
                    ErrorCode.HOST_REFUSED,
                    Breach.HOST,
                    "This server listens on a loopback address and is addressed under another name; use localhost, or declare the name in http.hosts.",
                    null);
        }
        return loopback ? Kind.LOOPBACK : Kind.OTHER;
    }

    /** Name and port of the sandbox as whoever sent this request reaches it; empty when it has no name there. */
    Optional<String> sandbox(@Nullable String authority) {
        if (authority == null) {
            return Optional.empty();
        }
        String host = withoutPort(authority);
        String port = authority.substring(host.length());
        String name = Network.isLoopbackName(host) ? LOOPBACK_SANDBOX : sandbox;
        return name.isEmpty() || !PORT.matcher(port).matches() ? Optional.empty() : Optional.of(name + port);
    }

    /** A dot at the end makes no other name of it. */
    private boolean isSandbox(String host) {
        String bare = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return bare.equals(LOOPBACK_SANDBOX) || (!sandbox.isEmpty() && bare.equals(sandbox));
    }

    private static String withoutPort(String authority) {
        if (authority.startsWith("[")) {
            int end = authority.indexOf(']');
            return end < 0 ? authority : authority.substring(0, end + 1);
        }
        int colon = authority.indexOf(':');
        return colon < 0 ? authority : authority.substring(0, colon);
    }
}
