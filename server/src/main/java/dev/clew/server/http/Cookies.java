package dev.clew.server.http;

import dev.clew.server.common.Breach;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.server.Request;

/**
 * The session cookie and what keeps other sites from using it: a request without credentials of its own must come from this server's
 * pages, and one that changes something must carry a value that only they can know.
 */
public final class Cookies {
    /** Over TLS; browsers then refuse it from anywhere else. */
    private static final String SECURE = "__Host-clew";

    private static final String PLAIN = "clew";
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
    private static final String CSRF_HEADER = "X-Clew-Csrf";

    private Cookies() {}

    /** What a page sends with every change it makes under this session. */
    public static String csrf(String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal("csrf".getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has HmacSHA256", e);
        }
    }

    /** Header value that sets the cookie, for as long as the browser is open. */
    public static String set(String secret, boolean isTls) {
        return isTls
                ? "%s=%s; Path=/; Secure; HttpOnly; SameSite=Lax".formatted(SECURE, secret)
                : "%s=%s; Path=/; HttpOnly; SameSite=Lax".formatted(PLAIN, secret);
    }

    /** Header value that takes it away. */
    public static String clear(boolean isTls) {
        return isTls
                ? SECURE + "=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"
                : PLAIN + "=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0";
    }

    static Optional<String> read(Request request, boolean isTls) {
        String wanted = isTls ? SECURE : PLAIN;
        for (HttpCookie cookie : Request.getCookies(request)) {
            if (cookie.getName().equals(wanted)) {
                return Optional.of(cookie.getValue());
            }
        }
        return Optional.empty();
    }

    /**
     * Refuses a browser's request that another site caused.
     *
     * @throws ClewException FORBIDDEN
     */
    static void refuseOtherSites(Request request, boolean isTls) {
        String site = request.getHeaders().get("Sec-Fetch-Site");
        String origin = request.getHeaders().get("Origin");
        boolean isOwn = site == null
                ? origin == null || origin.equals(own(request, isTls))
                : site.equals("same-origin") || site.equals("none");
        if (!isOwn) {
            throw new ClewException(
                    ErrorCode.FORBIDDEN,
                    Breach.SITE,
                    "This request comes from a page of another site, which may not act for you; send a token.",
                    null);
        }
    }

    /** @throws ClewException FORBIDDEN when a change lacks the value of {@link #csrf} */
    static void requireCsrf(Request request, String secret) {
        if (SAFE.contains(request.getMethod())) {
            return;
        }
        String given = String.valueOf(request.getHeaders().get(CSRF_HEADER));
        if (!MessageDigest.isEqual(
                given.getBytes(StandardCharsets.UTF_8), csrf(secret).getBytes(StandardCharsets.UTF_8))) {
            throw new ClewException(
                    ErrorCode.FORBIDDEN,
                    Breach.SITE,
                    "A change under a browser's session needs the header X-Clew-Csrf with the value that GET /api/clew/v1/session gives.",
                    null);
        }
    }

    private static String own(Request request, boolean isTls) {
        return "%s://%s".formatted(isTls ? "https" : "http", HostNames.authority(request));
    }
}
