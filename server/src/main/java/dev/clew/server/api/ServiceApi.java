package dev.clew.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Route;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Routes about the server itself: health, versions, the index page, the OpenAPI document. */
public final class ServiceApi {
    /** Version of MLflow whose interface the server speaks: what its clients ask for to know what they may use. */
    static final String MLFLOW_VERSION = "3.17.2";

    private final Supplier<Collection<Route>> routes;
    private final String version;
    private final boolean isPlain;
    private final Supplier<Optional<String>> ailment;
    private volatile @Nullable ObjectNode document;

    /**
     * @param routes all declared routes, asked for when the document is first read
     * @param ailment why changes cannot be stored at present, if so
     * @param isPlain whether {@code /} is a plain page that says where things are, for want of a web application
     */
    public ServiceApi(
            Supplier<Collection<Route>> routes, String version, Supplier<Optional<String>> ailment, boolean isPlain) {
        this.routes = routes;
        this.ailment = ailment;
        this.version = version;
        this.isPlain = isPlain;
    }

    public List<Route> routes() {
        var all = new ArrayList<>(List.of(
                Route.get("/health")
                        .open("probes have no credentials")
                        .summary("OK while the server takes changes; else 503 and why it does not")
                        .undocumented()
                        .handle(_ -> health()),
                Route.get("/version")
                        .open("MLflow clients ask before they authenticate")
                        .undocumented()
                        .handle(_ -> Answer.text(200, MLFLOW_VERSION).header("Clew-Version", version)),
                Route.get("/api/clew/v1/openapi.json")
                        .open("the interface is no secret")
                        .summary("This document")
                        .answersAs("application/json")
                        .handle(this::openApi)));
        if (isPlain) {
            all.add(Route.get("/")
                    .open("says only where things are")
                    .undocumented()
                    .handle(this::index));
        }
        return all;
    }

    private Answer health() {
        return ailment.get()
                .map(why -> Answer.text(503, why).header("Retry-After", "1"))
                .orElseGet(() -> Answer.text(200, "OK"));
    }

    private Answer openApi(Exchange exchange) {
        ObjectNode made = document;
        if (made == null) {
            made = OpenApi.of(routes.get(), version);
            document = made;
        }
        return Answer.json(made);
    }

    private Answer index(Exchange exchange) {
        String page = """
                <!doctype html>
                <html lang="en">
                <head><meta charset="utf-8"><title>Clew</title></head>
                <body>
                <h1>Clew %s</h1>
                <p>Makes machine-learning systems traceable and auditable.</p>
                <ul>
                <li><a href="/health">Health</a></li>
                <li><a href="/api/clew/v1/openapi.json">Interface (OpenAPI 3.1)</a></li>
                <li><a href="/ledger/checkpoint">Newest checkpoint of the ledger</a></li>
                <li>MLflow clients: set the tracking URI to this server's root.</li>
                <li>Documentation: the folder <code>docs/</code> of the distribution; <code>clew --help</code>.</li>
                </ul>
                </body>
                </html>
                """.formatted(version);
        return new Answer(
                200, "text/html; charset=utf-8", Map.of(), out -> out.write(page.getBytes(StandardCharsets.UTF_8)));
    }
}
