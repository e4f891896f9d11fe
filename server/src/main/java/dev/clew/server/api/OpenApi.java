package dev.clew.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Reason;
import dev.clew.server.common.Uid;
import dev.clew.server.http.Justification;
import dev.clew.server.http.Method;
import dev.clew.server.http.Replays;
import dev.clew.server.http.Route;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The OpenAPI 3.1 document of the native interface, made from the declared routes: what is served is what is documented. Schemas come
 * from the records that handlers take and answer with.
 */
public final class OpenApi {
    private static final String SCHEMAS = "#/components/schemas/";

    /** What a route may answer besides its success, by status. */
    private static final Map<Integer, String> REFUSALS = new TreeMap<>(Map.of(
            400, "The request is wrong; the detail says what and where",
            401, "Credentials are missing, wrong or expired",
            403, "Not allowed: the code says whether a role, a reason, a purpose or a second person is missing",
            404, "It does not exist, or the caller may not see it",
            409, "It conflicts with what is there, or the Idempotency-Key was used before; read, then decide again",
            413, "The body is larger than the route takes",
            415, "The body is not of a media type or encoding that the route takes",
            503, "Too much is in hand, or the store does not answer; Retry-After says when to try again"));

    private final ObjectNode document = Json.MAPPER.createObjectNode();
    private final Map<String, ObjectNode> schemas = new TreeMap<>();
    private final Map<String, Class<?>> named = new TreeMap<>();

    private OpenApi() {}

    /** @param version of the product */
    public static ObjectNode of(Collection<Route> routes, String version) {
        var api = new OpenApi();
        api.head(version);
        api.problem();
        var byTemplate = new TreeMap<String, ObjectNode>();
        routes.stream().filter(Route::isDocumented).forEach(route -> {
            ObjectNode path = byTemplate.computeIfAbsent(
                    route.template().replace("...}", "}"), _ -> Json.MAPPER.createObjectNode());
            path.set(route.method().name().toLowerCase(Locale.ROOT), api.operation(route));
        });
        api.document.set("paths", Json.MAPPER.valueToTree(byTemplate));
        api.components();
        return api.document;
    }

    private void components() {
        ObjectNode components = document.putObject("components");
        components.set("schemas", Json.MAPPER.valueToTree(schemas));
        ObjectNode responses = components.putObject("responses");
        REFUSALS.forEach((status, words) -> responses
                .putObject("Refused" + status)
                .put("description", words)
                .putObject("content")
                .putObject("application/problem+json")
                .putObject("schema")
                .put("$ref", SCHEMAS + "Problem"));
        ObjectNode parameters = components.putObject("parameters");
        header(parameters, "Reason", "X-Clew-Reason", "[code;] text: why a change is made or personal content is read");
        header(parameters, "Purpose", "X-Clew-Purpose", "what personal content is read for")
                .putArray("enum")
                .add("decision-review")
                .add("subject-request")
                .add("complaint")
                .add("audit")
                .add("debugging")
                .add("monitoring");
        ObjectNode security = components.putObject("securitySchemes");
        security.putObject("bearer")
                .put("type", "http")
                .put("scheme", "bearer")
                .put("description", "A token of 40 characters");
        security.putObject("basic")
                .put("type", "http")
                .put("scheme", "basic")
                .put("description", "A token, or the password of a user, as the password");
        security.putObject("session")
                .put("type", "apiKey")
                .put("in", "cookie")
                .put("name", "clew")
                .put(
                        "description",
                        "A browser's session (__Host-clew over TLS); changes also need the header X-Clew-Csrf");
    }

    private static ObjectNode header(ObjectNode parameters, String key, String name, String words) {
        return parameters
                .putObject(key)
                .put("name", name)
                .put("in", "header")
                .put("description", words)
                .putObject("schema")
                .put("type", "string");
    }

    private void head(String version) {
        document.put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", "Clew")
                .put("version", version)
                .put("description", "The native interface. Errors are RFC 9457 problems with a stable code.");
        ArrayNode security = document.putArray("security");
        security.addObject().putArray("bearer");
        security.addObject().putArray("basic");
        security.addObject().putArray("session");
        document.putArray("servers").addObject().put("url", "/").put("description", "This server");
    }

    private void problem() {
        ObjectNode problem = Json.MAPPER.createObjectNode();
        problem.put("type", "object").put("description", "RFC 9457: what was asked, what is true, what to do");
        ObjectNode properties = problem.putObject("properties");
        properties.putObject("type").put("type", "string").put("format", "uri");
        for (String name : List.of("title", "detail", "request_id")) {
            properties.putObject(name).put("type", "string");
        }
        ArrayNode codes = properties.putObject("code").put("type", "string").putArray("enum");
        for (ErrorCode code : ErrorCode.values()) {
            codes.add(code.name());
        }
        properties.putObject("status").put("type", "integer");
        problem.putArray("required")
                .add("type")
                .add("title")
                .add("status")
                .add("code")
                .add("detail");
        schemas.put("Problem", problem);
        ObjectNode reason = Json.MAPPER.createObjectNode();
        reason.put("type", "object").put("description", "Why; the text is stored sealed and can be erased");
        ObjectNode fields = reason.putObject("properties");
        ArrayNode kinds = fields.putObject("code").put("type", "string").putArray("enum");
        for (Reason.Code code : Reason.Code.values()) {
            kinds.add(code.text());
        }
        fields.putObject("text").put("type", "string");
        schemas.put("Reason", reason);
    }

    private ObjectNode operation(Route route) {
        ObjectNode operation = Json.MAPPER.createObjectNode();
        operation.put("operationId", operationId(route));
        if (!route.summary().isEmpty()) {
            operation.put("summary", route.summary());
        }
        if (route.isPublic()) {
            operation.putArray("security").addObject();
        } else {
            operation.put(
                    "x-permission", Objects.requireNonNull(route.permission()).text());
        }
        parameters(route, operation);
        if (!route.fields().isEmpty()) {
            operation.set("requestBody", body(route));
        }
        ObjectNode responses = operation.putObject("responses");
        ObjectNode success = responses.putObject(Integer.toString(route.successStatus()));
        success.put("description", route.successStatus() == 202 ? "Accepted" : "Done");
        if (!route.mediaType().isEmpty()) {
            success.set("content", content(route));
        }
        refusals(route)
                .forEach(status ->
                        responses.putObject(status.toString()).put("$ref", "#/components/responses/Refused" + status));
        responses
                .putObject("default")
                .put("description", "Refused or failed")
                .putObject("content")
                .putObject("application/problem+json")
                .putObject("schema")
                .put("$ref", SCHEMAS + "Problem");
        return operation;
    }

    private static SortedSet<Integer> refusals(Route route) {
        var statuses = new TreeSet<>(List.of(503));
        if (!route.isPublic()) {
            statuses.addAll(List.of(401, 403));
        }
        if (!route.names().isEmpty()) {
            statuses.addAll(List.of(400, 404));
        }
        if (!route.parameters().isEmpty()) {
            statuses.add(400);
        }
        if (!route.fields().isEmpty()) {
            statuses.addAll(List.of(400, 413, 415));
        }
        if (route.method() != Method.GET) {
            statuses.add(409);
        }
        if (Replays.apply(route)) {
            statuses.addAll(List.of(400, 409));
        }
        return statuses;
    }

    private ObjectNode body(Route route) {
        ObjectNode object = Json.MAPPER.createObjectNode().put("type", "object").put("additionalProperties", false);
        ObjectNode properties = object.putObject("properties");
        ArrayNode required = Json.MAPPER.createArrayNode();
        for (Route.Field field : route.fields()) {
            ObjectNode property = typed(field.type());
            properties.set(field.name(), property.put("description", field.description()));
            if (field.required()) {
                required.add(field.name());
            }
        }
        if (!required.isEmpty()) {
            object.set("required", required);
        }
        ObjectNode body = Json.MAPPER.createObjectNode().put("required", !required.isEmpty());
        ObjectNode content = body.putObject("content");
        if (!route.takesMany()) {
            content.putObject("application/json").set("schema", object);
            return body;
        }
        String name = operationId(route) + "Item";
        schemas.put(name, object);
        ArrayNode either =
                content.putObject("application/json").putObject("schema").putArray("oneOf");
        either.addObject().put("$ref", SCHEMAS + name);
        either.addObject().put("type", "array").putObject("items").put("$ref", SCHEMAS + name);
        content.putObject("application/x-ndjson").putObject("schema").put("$ref", SCHEMAS + name);
        return body;
    }

    private static ObjectNode typed(String type) {
        ObjectNode schema = Json.MAPPER.createObjectNode();
        return switch (type) {
            case "any" -> schema;
            case "date-time" -> schema.put("type", "string").put("format", "date-time");
            case "integer" -> schema.put("type", "integer").put("format", "int64");
            case "array" -> {
                schema.put("type", "array").putObject("items");
                yield schema;
            }
            case "reason" -> schema.put("$ref", SCHEMAS + "Reason");
            default -> schema.put("type", type);
        };
    }

    private ObjectNode content(Route route) {
        ObjectNode content = Json.MAPPER.createObjectNode();
        ObjectNode media = content.putObject(route.mediaType());
        Class<?> response = route.response();
        if (response == null) {
            media.putObject("schema");
        } else if (!route.isPage()) {
            media.set("schema", schema(response));
        } else {
            ObjectNode page = media.putObject("schema").put("type", "object");
            ObjectNode properties = page.putObject("properties");
            properties.putObject("items").put("type", "array").set("items", schema(response));
            properties
                    .putObject("cursor")
                    .put("type", "string")
                    .put("description", "for the next page; absent on the last one");
            page.putArray("required").add("items");
        }
        return content;
    }

    private void parameters(Route route, ObjectNode operation) {
        ArrayNode parameters = Json.MAPPER.createArrayNode();
        for (String name : route.names()) {
            parameters
                    .addObject()
                    .put("name", name)
                    .put("in", "path")
                    .put("required", true)
                    .putObject("schema")
                    .put("type", "string");
        }
        for (Route.Parameter parameter : route.parameters()) {
            parameters
                    .addObject()
                    .put("name", parameter.name())
                    .put("in", "query")
                    .put("description", parameter.description())
                    .set("schema", typed(parameter.type()));
        }
        Permission permission = route.permission();
        if (permission != null) {
            parameters.addObject().put("$ref", "#/components/parameters/Reason");
            if (Justification.needsPurpose(permission)) {
                parameters.addObject().put("$ref", "#/components/parameters/Purpose");
            }
        }
        if (Replays.apply(route)) {
            parameters
                    .addObject()
                    .put("name", Replays.HEADER)
                    .put("in", "header")
                    .put(
                            "description",
                            "a UUID made for this request: sent again with the same key it is carried out once and answered the same")
                    .putObject("schema")
                    .put("type", "string")
                    .put("format", "uuid");
        }
        if (!parameters.isEmpty()) {
            operation.set("parameters", parameters);
        }
    }

    /** {@code getDeploymentsById} for {@code GET /api/clew/v1/deployments/{id}}. */
    private static String operationId(Route route) {
        var id = new StringBuilder(route.method().name().toLowerCase(Locale.ROOT));
        for (String segment : route.template().replace("/api/clew/v1", "").split("/", -1)) {
            String word = segment.replace("...", "");
            if (word.startsWith("{")) {
                id.append("By");
                word = word.substring(1, word.length() - 1);
            }
            for (String part : word.split("[^A-Za-z0-9]+", -1)) {
                if (!part.isEmpty()) {
                    id.append(Character.toUpperCase(part.charAt(0))).append(part.substring(1));
                }
            }
        }
        return id.toString();
    }

    private ObjectNode schema(Type type) {
        return switch (type) {
            case Class<?> raw -> ofClass(raw);
            case ParameterizedType generic -> ofGeneric(generic);
            case GenericArrayType array -> arrayOf(array.getGenericComponentType());
            case WildcardType wildcard -> schema(wildcard.getUpperBounds()[0]);
            default -> any();
        };
    }

    private ObjectNode ofGeneric(ParameterizedType generic) {
        Class<?> raw = (Class<?>) generic.getRawType();
        if (Collection.class.isAssignableFrom(raw)) {
            return arrayOf(generic.getActualTypeArguments()[0]);
        }
        if (Map.class.isAssignableFrom(raw)) {
            ObjectNode object = Json.MAPPER.createObjectNode().put("type", "object");
            object.set("additionalProperties", schema(generic.getActualTypeArguments()[1]));
            return object;
        }
        if (raw == Optional.class) {
            return schema(generic.getActualTypeArguments()[0]);
        }
        return ofClass(raw);
    }

    private ObjectNode arrayOf(Type item) {
        ObjectNode array = Json.MAPPER.createObjectNode().put("type", "array");
        array.set("items", schema(item));
        return array;
    }

    private static ObjectNode any() {
        return Json.MAPPER.createObjectNode();
    }

    private ObjectNode ofClass(Class<?> type) {
        ObjectNode simple = simple(type);
        if (simple != null) {
            return simple;
        }
        if (type.isRecord()) {
            return reference(type);
        }
        if (type.isArray()) {
            return arrayOf(type.getComponentType());
        }
        if (Collection.class.isAssignableFrom(type)) {
            return Json.MAPPER.createObjectNode().put("type", "array");
        }
        if (Map.class.isAssignableFrom(type)) {
            return Json.MAPPER.createObjectNode().put("type", "object");
        }
        return any();
    }

    private static @Nullable ObjectNode simple(Class<?> type) {
        ObjectNode node = Json.MAPPER.createObjectNode();
        if (type == String.class || type == Uid.class) {
            return node.put("type", "string");
        }
        if (type == Instant.class) {
            return node.put("type", "string").put("format", "date-time");
        }
        if (type == int.class || type == Integer.class) {
            return node.put("type", "integer").put("format", "int32");
        }
        if (type == long.class || type == Long.class) {
            return node.put("type", "integer").put("format", "int64");
        }
        if (type == double.class || type == Double.class) {
            return node.put("type", "number").put("format", "double");
        }
        if (type == boolean.class || type == Boolean.class) {
            return node.put("type", "boolean");
        }
        if (type == byte[].class) {
            return node.put("type", "string").put("contentEncoding", "base64");
        }
        if (type.isEnum()) {
            node.put("type", "string");
            ArrayNode values = node.putArray("enum");
            for (Object constant : Objects.requireNonNull(type.getEnumConstants())) {
                values.add(Json.MAPPER.valueToTree(constant).asText());
            }
            return node;
        }
        return JsonNode.class.isAssignableFrom(type) || type == Object.class ? any() : null;
    }

    private ObjectNode reference(Class<?> type) {
        String name = name(type);
        if (!schemas.containsKey(name)) {
            ObjectNode object = Json.MAPPER.createObjectNode().put("type", "object");
            schemas.put(name, object); // before its fields, which may lead back to it
            ObjectNode properties = object.putObject("properties");
            ArrayNode required = Json.MAPPER.createArrayNode();
            for (RecordComponent component : type.getRecordComponents()) {
                properties.set(snake(component.getName()), schema(component.getGenericType()));
                if (isAlwaysThere(component)) {
                    required.add(snake(component.getName()));
                }
            }
            if (!required.isEmpty()) {
                object.set("required", required);
            }
        }
        return Json.MAPPER.createObjectNode().put("$ref", SCHEMAS + name);
    }

    /** Nulls are left out of answers. */
    private static boolean isAlwaysThere(RecordComponent component) {
        return !component.getAnnotatedType().isAnnotationPresent(Nullable.class)
                && component.getType() != Optional.class;
    }

    /** The simple name; a second record of that name is told apart by what it is nested in or by a number. */
    private String name(Class<?> type) {
        String simple = type.getSimpleName();
        String name = simple;
        Class<?> outer = type.getEnclosingClass();
        if (named.getOrDefault(name, type) != type && outer != null) {
            name = outer.getSimpleName() + simple;
        }
        for (int n = 2; named.getOrDefault(name, type) != type; n++) {
            name = simple + n;
        }
        named.put(name, type);
        return name;
    }

    private static String snake(String camel) {
        return new com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy().translate(camel);
    }
}
