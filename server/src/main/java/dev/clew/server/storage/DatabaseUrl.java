package dev.clew.server.storage;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/**
 * Where a PostgreSQL database is: {@code postgresql://user:password@host:port/name?…} or the same as a JDBC URL. Printed without its
 * password, always.
 */
public final class DatabaseUrl {
    private static final String JDBC = "jdbc:";
    private static final String SCHEME = "postgresql://";

    private final String jdbcUrl;
    private final Properties credentials;
    private final String shown;

    private DatabaseUrl(String jdbcUrl, Properties credentials, String shown) {
        this.jdbcUrl = jdbcUrl;
        this.credentials = credentials;
        this.shown = shown;
    }

    /** @throws ClewException CONFIGURATION unless it is such a URL; the message does not repeat it */
    public static DatabaseUrl parse(String text) {
        String url = text.startsWith(JDBC) ? text.substring(JDBC.length()) : text;
        url = url.startsWith("postgres://") ? SCHEME + url.substring("postgres://".length()) : url;
        try {
            URI uri = new URI(url);
            if (!url.startsWith(SCHEME)
                    || uri.getHost() == null
                    || uri.getPath().length() < 2) {
                throw malformed(null);
            }
            var credentials = new Properties();
            String user = uri.getRawUserInfo();
            if (user != null) {
                int colon = user.indexOf(':');
                credentials.setProperty("user", decode(colon < 0 ? user : user.substring(0, colon)));
                if (colon >= 0) {
                    credentials.setProperty("password", decode(user.substring(colon + 1)));
                }
            }
            var options = new StringBuilder();
            if (uri.getRawQuery() != null) {
                for (String option : uri.getRawQuery().split("&")) {
                    int equals = option.indexOf('=');
                    String name = equals < 0 ? option : option.substring(0, equals);
                    if (name.equals("user") || name.equals("password")) {
                        credentials.setProperty(name, decode(option.substring(equals + 1)));
                    } else {
                        options.append(options.isEmpty() ? "?" : "&").append(option);
                    }
                }
            }
            String place = uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort()) + uri.getRawPath();
            String name = credentials.getProperty("user", "");
            return new DatabaseUrl(
                    JDBC + SCHEME + place + options, credentials, SCHEME + (name.isEmpty() ? "" : name + "@") + place);
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw malformed(e);
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static ClewException malformed(@org.jspecify.annotations.Nullable Exception cause) {
        return new ClewException(
                ErrorCode.CONFIGURATION,
                "data.database_url must be postgresql://user:password@host:port/name, special characters percent-encoded.",
                cause);
    }

    String jdbcUrl() {
        return jdbcUrl;
    }

    Properties credentials() {
        var copy = new Properties();
        copy.putAll(credentials);
        return copy;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return shown;
    }
}
