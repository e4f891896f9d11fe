package dev.clew.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.access.Access;
import dev.clew.server.common.Json;
import dev.clew.server.config.Sources;
import dev.clew.server.http.Route;
import dev.clew.server.ports.ScopeTree;
import dev.clew.server.privacy.ErasureStep;
import dev.clew.server.storage.TestDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The wired server on a directory, with users of separate duties, spoken to over HTTP. */
final class TestServer implements AutoCloseable {
    private final HttpClient client = HttpClient.newHttpClient();
    private final DataDirectory directory;
    private final Wiring wiring;
    private final Path data;
    private final Map<String, String> tokens = new HashMap<>();

    /** An answer with its body as JSON, missing when it is none. */
    record Response(int status, String text) {
        JsonNode json() {
            try {
                return Json.MAPPER.readTree(text);
            } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                throw new AssertionError(text, e);
            }
        }

        String field(String name) {
            return json().path(name).textValue();
        }
    }

    private TestServer(Path root, Path data, List<String> settings, Consumer<ErasureStep> steps, ScopeTree scopes) {
        this.data = data;
        this.directory = DataDirectory.take(data);
        try {
            this.wiring = new Wiring(config(root, settings), directory, steps, scopes);
            directory.answersAt(wiring.localUrl());
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    /** On {@code root/data}, with its anchor in {@code root}. */
    static TestServer open(Path root, String... settings) {
        return open(root, step -> {}, settings);
    }

    static TestServer open(Path root, Consumer<ErasureStep> steps, String... settings) {
        return new TestServer(root, root.resolve("data"), List.of(settings), steps, Access.FIRST_TREE);
    }

    /** With other scopes than those of the first start. */
    static TestServer openWith(Path root, ScopeTree scopes, String... settings) {
        return new TestServer(root, root.resolve("data"), List.of(settings), step -> {}, scopes);
    }

    static Config config(Path root, List<String> settings) {
        var all = new ArrayList<>(
                List.of("http.port=0", "ledger.public=all", "ledger.anchor_file=" + root.resolve("anchor")));
        all.addAll(TestDatabase.settings(root));
        all.addAll(settings);
        return Config.read(new Sources().set(all)).values();
    }

    /** Makes the first user; from then on everyone brings a token. */
    TestServer withAdministrator() throws Exception {
        String bootstrap = wiring.bootstrapToken().orElseThrow();
        expect(
                201,
                post(
                        "",
                        "/api/clew/v1/users",
                        "{\"name\": \"ada\", \"role\": \"SA\"}",
                        "Authorization",
                        "Bearer " + bootstrap));
        return this;
    }

    /** Makes a user, or a service for the serving role, and gives it a token. */
    TestServer withUser(String name, String role) throws Exception {
        return withUser(name, role, null);
    }

    /**
     * The same in a scope.
     *
     * @param role null for none
     * @param scope null for where the role is usually given
     */
    TestServer withUser(String name, @Nullable String role, @Nullable String scope) throws Exception {
        boolean service = role != null && List.of("Si", "Ss", "Sc").contains(role);
        expect(201, post("admin", "/api/clew/v1/users", """
                {"name": "%s"%s%s%s}""".formatted(
                        name,
                        role == null ? "" : ", \"role\": \"%s\"".formatted(role),
                        scope == null ? "" : ", \"scope\": \"%s\"".formatted(scope),
                        service ? ", \"service\": true, \"owner\": \"ada\"" : "")));
        return withToken(name);
    }

    TestServer withToken(String name) throws Exception {
        tokens.put(
                name,
                expect(201, post("admin", "/api/clew/v1/tokens", "{\"user\": \"%s\"}".formatted(name)))
                        .field("token"));
        return this;
    }

    Map<String, String> tokens() {
        return tokens;
    }

    TestServer as(Map<String, String> known) {
        tokens.putAll(known);
        return this;
    }

    String url() {
        return wiring.url();
    }

    String localUrl() {
        return wiring.localUrl();
    }

    List<Route> routes() {
        return wiring.routes();
    }

    Path data() {
        return data;
    }

    Response get(String who, String path, String... headers) throws Exception {
        return send(who, HttpRequest.newBuilder(URI.create(wiring.url() + path)), headers);
    }

    Response post(String who, String path, String body, String... headers) throws Exception {
        return send(
                who,
                HttpRequest.newBuilder(URI.create(wiring.url() + path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)),
                headers);
    }

    Response put(String who, String path, String body, String... headers) throws Exception {
        return sendJson(who, "PUT", path, body, headers);
    }

    Response patch(String who, String path, String body, String... headers) throws Exception {
        return sendJson(who, "PATCH", path, body, headers);
    }

    Response delete(String who, String path, String... headers) throws Exception {
        return send(who, HttpRequest.newBuilder(URI.create(wiring.url() + path)).DELETE(), headers);
    }

    /** With another media type than JSON. */
    Response send(String who, String method, String path, String body, String mediaType) throws Exception {
        return send(
                who,
                HttpRequest.newBuilder(URI.create(wiring.url() + path))
                        .header("Content-Type", mediaType)
                        .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    private Response sendJson(String who, String method, String path, String body, String... headers) throws Exception {
        return send(
                who,
                HttpRequest.newBuilder(URI.create(wiring.url() + path))
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body)),
                headers);
    }

    private Response send(String who, HttpRequest.Builder request, String... headers) throws Exception {
        Optional<String> token = who.equals("admin")
                ? Optional.of(Files.readString(data.resolve("keys/admin.token")).strip())
                : Optional.ofNullable(tokens.get(who));
        token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
        if (headers.length > 0) {
            request.headers(headers);
        }
        var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Response(answer.statusCode(), answer.body());
    }

    static Response expect(int status, Response response) {
        if (response.status() != status) {
            throw new AssertionError("expected %d, got %d: %s".formatted(status, response.status(), response.text()));
        }
        return response;
    }

    @Override
    public void close() {
        wiring.close();
        directory.close();
    }
}
