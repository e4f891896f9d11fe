package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.http.Route;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The document that is served says all of what is served. That it is OpenAPI 3.1 is checked by a validator in {@code e2e/openapi}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenApiTest {
    @TempDir
    static Path root;

    private TestServer server;
    private JsonNode document;

    @BeforeAll
    void read() throws Exception {
        server = TestServer.open(root, "ledger.public=none");
        document = server.get("", "/api/clew/v1/openapi.json").json();
    }

    @AfterAll
    void close() {
        server.close();
    }

    @Test
    void everyNativeRouteIsDescribedWithWordsParametersAnswersAndErrors() {
        for (Route route : server.routes()) {
            if (!route.isDocumented()) {
                assertThat(route.template()).doesNotStartWith("/api/clew/");
                continue;
            }
            JsonNode operation = document.path("paths")
                    .path(route.template().replace("...}", "}"))
                    .path(route.method().name().toLowerCase(Locale.ROOT));
            String what = route.method() + " " + route.template();
            assertThat(operation.path("summary").asText()).as(what).isNotBlank();
            JsonNode responses = operation.path("responses");
            JsonNode success = responses.path(Integer.toString(route.successStatus()));
            assertThat(success.isObject()).as(what).isTrue();
            assertThat(success.has("content"))
                    .as(what + " says what it answers")
                    .isEqualTo(route.successStatus() != 204);
            assertThat(responses.has("default")).as(what).isTrue();
            assertThat(responses.has("401")).as(what).isEqualTo(!route.isPublic());
            assertThat(operation.has("security")).as(what).isEqualTo(route.isPublic());
            assertThat(operation.has("requestBody"))
                    .as(what)
                    .isEqualTo(!route.fields().isEmpty());
            var named = new ArrayList<String>();
            operation.path("parameters").forEach(parameter -> {
                if (parameter.path("in").asText().equals("path")) {
                    named.add(parameter.path("name").textValue());
                }
            });
            assertThat(named).as(what).isEqualTo(route.names());
        }
    }

    @Test
    void everyReferenceLeadsSomewhereAndEveryOperationHasAnIdOfItsOwn() {
        document.findValuesAsText("$ref")
                .forEach(ref -> assertThat(document.at(ref.substring(1)).isMissingNode())
                        .as(ref)
                        .isFalse());
        List<String> ids = document.findValuesAsText("operationId");
        assertThat(new HashSet<>(ids)).hasSameSizeAs(ids);
        assertThat(document.path("openapi").textValue()).isEqualTo("3.1.0");
        assertThat(document.path("components").path("securitySchemes").size()).isEqualTo(3);
    }

    /** What is said about bodies is what handlers take: a described field is never an unknown one, and missing ones are named. */
    @Test
    void handlersKnowTheFieldsThatAreDescribed() throws Exception {
        for (Route route : server.routes()) {
            if (!route.isDocumented() || route.fields().isEmpty() || route.takesMany()) {
                continue;
            }
            String path = route.template()
                    .replace("{id}", "00000000-0000-7000-8000-000000000000")
                    .replaceAll("\\{[a-z_.]+}", "none");
            for (Route.Field field : route.fields()) {
                var answer = server.post("admin", path, "{\"%s\": null, \"\\u0001\": 1}".formatted(field.name()));
                assertThat(answer.text())
                        .as(route.template() + " " + field.name())
                        .doesNotContain("\"%s\\\" is unknown".formatted(field.name()));
            }
        }
    }
}
