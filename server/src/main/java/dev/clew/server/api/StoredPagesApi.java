package dev.clew.server.api;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Uid;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Route;
import dev.clew.server.storage.Blobs;
import dev.clew.server.tracking.RunView;
import dev.clew.server.tracking.StoredFile;
import dev.clew.server.tracking.TrackedFiles;
import dev.clew.server.tracking.Tracking;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Pages and drawings that people stored with runs. What a browser may run is never answered under a name of the application: who may read
 * the file is given a URL under the name of the sandbox, good for this file and for five minutes. There the page is an origin of its own
 * (policy {@code sandbox}) that reaches nothing, and the server knows nobody.
 */
public final class StoredPagesApi {
    private static final String BASE = "/api/clew/v1/";

    /** Types by ending: what is shown; everything else is downloaded. */
    private static final Map<String, String> SHOWN = Map.of(
            "html", "text/html; charset=utf-8",
            "htm", "text/html; charset=utf-8",
            "svg", "image/svg+xml");

    private static final String POLICY = """
            sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob: data:; style-src 'unsafe-inline'; \
            img-src data: blob:; connect-src 'none'; base-uri 'none'; form-action 'none'\
            """;

    private final Tracking tracking;
    private final TrackedFiles files;
    private final SignedPages signed;

    /**
     * Where a stored page is shown.
     *
     * @param url without a scheme: that of the page that shows it; null when the server has no second name for whoever asks
     * @param expiresAt until when the URL answers
     */
    record StoredPage(@Nullable String url, Instant expiresAt) {}

    /** @param mac a secret function of bytes, the same after a restart */
    public StoredPagesApi(Tracking tracking, TrackedFiles files, UnaryOperator<byte[]> mac, InstantSource clock) {
        this.tracking = tracking;
        this.files = files;
        this.signed = new SignedPages(mac, clock);
    }

    public List<Route> routes() {
        return List.of(
                Route.get(BASE + "runs/{id}/preview")
                        .permission(Permission.ARTIFACT_READ)
                        .summary(
                                "Where an HTML or SVG file of the run is shown, apart from everything else, for five minutes")
                        .query("path", "of the file, below the run")
                        .answers(200, StoredPage.class)
                        .handle(this::preview),
                Route.get(SignedPages.TEMPLATE)
                        .open("the URL is signed for who may read the file")
                        .sandboxed()
                        .undocumented()
                        .handle(this::show));
    }

    private Answer preview(Exchange exchange) {
        String id = exchange.path("id");
        String path = exchange.query("path")
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new ClewException(
                        ErrorCode.INVALID_ARGUMENT, "path is missing; name the file, as the list of files does."));
        String ending = ending(path);
        if (!SHOWN.containsKey(ending)) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT, "\"%s\" is neither HTML nor SVG; download it instead.".formatted(path));
        }
        StoredFile file = Optional.of(id)
                .filter(text -> text.matches("[0-9a-f]{32}"))
                .flatMap(text -> tracking.run(Uid.parse(text), exchange.project()))
                .map(RunView::run)
                .flatMap(run -> files.file(files.of(run).at(path)))
                .orElseThrow(() -> new ClewException(
                        ErrorCode.NOT_FOUND,
                        "There is no file \"%s\" of a run \"%s\", or you may not see it.".formatted(path, id)));
        SignedPages.Signed made = signed.sign(ending, file.sha256());
        return Answer.json(new StoredPage(
                exchange.sandbox().map(name -> "//" + name + made.path()).orElse(null), made.until()));
    }

    private Answer show(Exchange exchange) throws IOException {
        String type = exchange.path("type");
        byte[] sha256 = signed.check(type, exchange.path("until"), exchange.path("digest"), exchange.path("signature"));
        Blobs.Opened blob = files.open(sha256)
                .orElseThrow(() -> new ClewException(ErrorCode.NOT_FOUND, "The file is not there any more."));
        return Answer.stream(SHOWN.getOrDefault(type, "application/octet-stream"), out -> copy(blob, out))
                .header("Content-Security-Policy", POLICY)
                .header("Cross-Origin-Resource-Policy", "same-site");
    }

    private static void copy(Blobs.Opened blob, OutputStream out) throws IOException {
        try (blob;
                InputStream bytes = blob.range(0, blob.size())) {
            bytes.transferTo(out);
        }
    }

    private static String ending(String path) {
        return path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
