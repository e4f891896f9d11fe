package dev.clew.server.api;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Handler;
import dev.clew.server.http.Route;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The web application as it was built into this jar: hashed assets that never change, and one page for every view, rendered with a
 * nonce of its own and with who asks for it, and never kept.
 */
public final class WebApp {
    private static final String ROOT = "/web/";
    private static final String NONCE = "__nonce__";
    private static final String SESSION = "__session__";
    private static final Map<String, String> TYPES = Map.of(
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "woff2", "font/woff2",
            "json", "application/json",
            "txt", "text/plain; charset=utf-8");
    private static final Set<String> ICONS = Set.of("favicon.svg");

    private final SecureRandom random = new SecureRandom();
    private final Handler session;
    private final @Nullable String page;

    /** @param session answers who the caller is, as the page asks for it first of all */
    public WebApp(Handler session) {
        this.session = session;
        this.page = read("index.html")
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse(null);
    }

    /** Whether the application was built into this jar. */
    public boolean isThere() {
        return page != null;
    }

    public List<Route> routes() {
        return List.of(
                Route.get("/")
                        .open("the page holds code, and who asks for it")
                        .undocumented()
                        .handle(this::index),
                Route.get("/ui/{path...}")
                        .open("the page holds code, and who asks for it")
                        .undocumented()
                        .handle(this::index),
                Route.get("/favicon.svg")
                        .open("an icon")
                        .undocumented()
                        .handle(exchange -> asset("favicon.svg", exchange)),
                Route.get("/assets/{path...}")
                        .open("code, the same for everybody")
                        .undocumented()
                        .handle(exchange -> asset("assets/" + exchange.path("path"), exchange)));
    }

    private Answer index(Exchange exchange) throws IOException {
        byte[] bytes = new byte[18];
        random.nextBytes(bytes);
        String nonce = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        byte[] rendered = rendered(String.valueOf(page), nonce, told(exchange)).getBytes(StandardCharsets.UTF_8);
        return new Answer(200, "text/html; charset=utf-8", Map.of(), out -> out.write(rendered))
                .header("Content-Security-Policy", """
                        default-src 'none'; script-src 'self'; style-src 'self' 'nonce-%s'; img-src 'self' data:; font-src 'self'; \
                        connect-src 'self'; frame-src %s; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
                        require-trusted-types-for 'script'; trusted-types mantine""".formatted(
                                nonce, exchange.sandbox().orElse("'none'")));
    }

    /** Who asks; nothing when that cannot be said now: the page comes all the same, asks for itself, and shows the answer. */
    private String told(Exchange exchange) throws IOException {
        var told = new ByteArrayOutputStream();
        try {
            session.handle(exchange).content().writeTo(told);
        } catch (ClewException e) {
            return "";
        }
        return told.toString(StandardCharsets.UTF_8);
    }

    /** @param session JSON, which becomes the value of an attribute in double quotes */
    static String rendered(String page, String nonce, String session) {
        String quoted = session.replace("&", "&amp;").replace("\"", "&quot;").replace("<", "&lt;");
        return page.replace(NONCE, nonce).replace(SESSION, quoted);
    }

    private static Answer asset(String path, Exchange exchange) {
        String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
        Answer answer = type == null || path.contains("..")
                ? null
                : compressed(path, exchange)
                        .map(bytes -> Answer.bytes(type, bytes)
                                .header("Content-Encoding", "gzip")
                                .header("Vary", "Accept-Encoding"))
                        .or(() -> read(path).map(bytes -> Answer.bytes(type, bytes)))
                        .orElse(null);
        if (answer == null) {
            throw new ClewException(
                    ErrorCode.NOT_FOUND, "There is no such file of the web application; reload the page.");
        }
        return answer.header(
                "Cache-Control", ICONS.contains(path) ? "public, max-age=3600" : "public, max-age=31536000, immutable");
    }

    /** The asset as it was compressed when the application was built, where the browser takes that. */
    private static Optional<byte[]> compressed(String path, Exchange exchange) {
        return exchange.header("Accept-Encoding")
                .filter(accepted -> accepted.contains("gzip") && !accepted.contains("gzip;q=0"))
                .flatMap(_ -> read(path + ".gz"));
    }

    private static Optional<byte[]> read(String path) {
        try (InputStream in = WebApp.class.getResourceAsStream(ROOT + path)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
