package dev.clew.server.http;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Under which names requests are answered. A page of a foreign site can make a browser connect to a loopback server under a name of its
 * own (DNS rebinding); so on a loopback address only loopback names and declared ones are accepted.
 */
final class HostNames {
    private final boolean checked;
    private final List<String> declared;

    HostNames(HttpConfig config) {
        this.checked = config.isLoopback();
        this.declared = config.hosts().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList();
    }

    /**
     * @param authority header {@code Host} or {@code :authority}
     * @return whether it is a loopback name
     * @throws ClewException HOST_REFUSED
     */
    boolean check(@Nullable String authority) {
        String host = authority == null ? "" : withoutPort(authority);
        boolean loopback = host.equals("127.0.0.1") || host.equals("localhost") || Network.isLoopbackName(host);
        if (checked && !loopback && !declared.contains(host.toLowerCase(Locale.ROOT))) {
            throw new ClewException(
                    ErrorCode.HOST_REFUSED,
                    "This server listens on a loopback address and is addressed under another name; use localhost, or declare the name in http.hosts.");
        }
        return loopback;
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
