package dev.clew.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.datasets.DatasetView;
import dev.clew.server.datasets.Datasets;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Fields;
import dev.clew.server.http.Page;
import dev.clew.server.http.Route;
import java.util.List;
import java.util.Optional;

/** Routes of data sets and their versions. */
public final class DatasetsApi {
    private static final String BASE = "/api/clew/v1/datasets";

    private final Datasets datasets;

    public DatasetsApi(Datasets datasets) {
        this.datasets = datasets;
    }

    public List<Route> routes() {
        return List.of(
                Route.post(BASE)
                        .permission(Permission.DATASET_WRITE)
                        .summary("Make a data set; answers with the one of this name if it is there")
                        .required("name", "string", "unique in the project")
                        .optional("description", "string", "in words")
                        .answers(201, DatasetView.class)
                        .handle(this::create),
                Route.get(BASE)
                        .permission(Permission.DATASET_READ)
                        .summary("Data sets by name, each with its newest version")
                        .paged()
                        .answersPage(DatasetView.class)
                        .handle(this::list),
                Route.get(BASE + "/{name}")
                        .permission(Permission.DATASET_READ)
                        .summary("One data set with its newest version")
                        .answers(200, DatasetView.class)
                        .handle(exchange -> Answer.json(datasets.get(exchange.project(), exchange.path("name"))
                                .orElseThrow(() -> unknown(exchange.path("name"))))),
                Route.post(BASE + "/{name}/versions")
                        .permission(Permission.DATASET_VERSION_WRITE)
                        .summary("Add a version: digest, source, license, schema and counts of its content")
                        .required("digest", "string", "of the content, as its source gives it")
                        .required("source", "string", "where it lies")
                        .optional("source_type", "string", "such as local, http or s3")
                        .optional("format", "string", "such as csv or parquet")
                        .optional("license", "string", "SPDX id or words")
                        .optional("rows", "integer", "number of rows")
                        .optional("bytes", "integer", "size")
                        .optional("schema", "array", "of {name, type, description?}")
                        .optional("profile", "object", "statistics of the content")
                        .answers(201, DatasetView.VersionView.class)
                        .handle(this::addVersion),
                Route.get(BASE + "/{name}/versions")
                        .permission(Permission.DATASET_READ)
                        .summary("Versions, newest first")
                        .paged()
                        .answersPage(DatasetView.VersionView.class)
                        .handle(this::versions),
                Route.get(BASE + "/{name}/versions/{digest}")
                        .permission(Permission.DATASET_READ)
                        .summary("One version, by its digest or the first eight or more characters of it")
                        .answers(200, DatasetView.VersionView.class)
                        .handle(exchange -> Answer.json(version(exchange, exchange.path("digest"))
                                .orElseThrow(() -> unknown(exchange.path("name") + "@" + exchange.path("digest"))))));
    }

    private Answer create(Exchange exchange) {
        Fields body = Fields.of(exchange.json());
        String name = body.text("name");
        String description = body.optionalText("description").orElse("");
        body.end();
        var receipt = datasets.create(exchange.permit(), exchange.project(), name, description);
        return Answer.json(receipt.entries().isEmpty() ? 200 : 201, receipt.answer())
                .receipt(receipt);
    }

    private Answer list(Exchange exchange) {
        int limit = Page.limit(exchange);
        var found = datasets.list(
                exchange.authorizedScope(), exchange.query("cursor").orElse(""), limit);
        return Answer.json(
                new Page<>(found, found.size() < limit ? null : found.getLast().name()));
    }

    private Answer addVersion(Exchange exchange) {
        Fields body = Fields.of(exchange.json());
        var content = new Datasets.Content(
                body.text("digest"),
                body.optionalText("source_type").orElse(""),
                body.text("source"),
                body.optionalText("format").orElse(null),
                body.optionalText("license").orElse(null),
                optionalCount(body, "rows"),
                optionalCount(body, "bytes"),
                schema(body),
                body.json("profile").map(JsonNode::toString).orElse(null));
        body.end();
        var receipt = datasets.addVersion(exchange.permit(), exchange.project(), exchange.path("name"), content);
        return Answer.json(receipt.entries().isEmpty() ? 200 : 201, receipt.answer())
                .receipt(receipt);
    }

    private Answer versions(Exchange exchange) {
        int limit = Page.limit(exchange);
        var after = exchange.query("cursor")
                .map(digest -> version(exchange, digest)
                        .orElseThrow(() -> new ClewException(
                                ErrorCode.INVALID_ARGUMENT,
                                "cursor \"%s\" is none that this list gave.".formatted(digest))))
                .orElse(null);
        var found = datasets.versions(exchange.project(), exchange.path("name"), after, limit);
        return Answer.json(
                new Page<>(found, found.size() < limit ? null : found.getLast().digest()));
    }

    private Optional<DatasetView.VersionView> version(Exchange exchange, String digest) {
        return datasets.version(exchange.project(), exchange.path("name"), digest);
    }

    private static @org.jspecify.annotations.Nullable Long optionalCount(Fields body, String name) {
        long count = body.integer(name, -1);
        return count == -1 && body.json(name).isEmpty() ? null : (Long) count;
    }

    private static String schema(Fields body) {
        JsonNode given = body.json("schema").orElse(null);
        if (given == null) {
            return "[]";
        }
        if (!given.isArray()) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT, "schema must be a list of {name, type}, one for each field.");
        }
        for (JsonNode node : given) {
            Fields field = Fields.of(node);
            field.text("name");
            field.text("type");
            field.optionalText("description");
            field.end();
        }
        return given.toString();
    }

    private static ClewException unknown(String what) {
        return new ClewException(ErrorCode.NOT_FOUND, "There is no data set %s in this project.".formatted(what));
    }
}
