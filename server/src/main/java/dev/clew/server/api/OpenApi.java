package dev.clew.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.common.Json;
import dev.clew.server.common.Uid;
import dev.clew.server.http.Route;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The OpenAPI 3.1 document of the native interface, made from the declared routes: what is served is what is documented. Schemas come
 * from the records that handlers take and answer with.
 */
public final class OpenApi {
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
        ObjectNode components = api.document.putObject("components");
        components.set("schemas", Json.MAPPER.valueToTree(api.schemas));
        ObjectNode security = components.putObject("securitySchemes");
        security.putObject("bearer").put("type", "http").put("scheme", "bearer");
        security.putObject("basic").put("type", "http").put("scheme", "basic");
        return api.document;
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
    }

    private void problem() {
        ObjectNode problem = Json.MAPPER.createObjectNode();
        problem.put("type", "object").put("description", "RFC 9457: what was asked, what is true, what to do");
        ObjectNode properties = problem.putObject("properties");
        for (String name : List.of("type", "title", "code", "detail", "request_id")) {
            properties.putObject(name).put("type", "string");
        }
        properties.putObject("status").put("type", "integer");
        problem.putArray("required")
                .add("type")
                .add("title")
                .add("status")
                .add("code")
                .add("detail");
        schemas.put("Problem", problem);
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
        Class<?> request = route.request();
        if (request != null) {
            operation
                    .putObject("requestBody")
                    .put("required", true)
                    .set("content", content("application/json", request));
        }
        ObjectNode responses = operation.putObject("responses");
        ObjectNode success = responses.putObject(Integer.toString(route.successStatus()));
        success.put("description", "Done");
        Class<?> response = route.response();
        if (response != null) {
            success.set("content", content("application/json", response));
        }
        ObjectNode failed = responses.putObject("default");
        failed.put("description", "Refused or failed");
        failed.putObject("content")
                .putObject("application/problem+json")
                .putObject("schema")
                .put("$ref", "#/components/schemas/Problem");
        return operation;
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
                    .putObject("schema")
                    .put("type", "string");
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

    private ObjectNode content(String mediaType, Class<?> type) {
        ObjectNode content = Json.MAPPER.createObjectNode();
        content.putObject(mediaType).set("schema", schema(type));
        return content;
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
            for (RecordComponent component : type.getRecordComponents()) {
                properties.set(snake(component.getName()), schema(component.getGenericType()));
            }
        }
        return Json.MAPPER.createObjectNode().put("$ref", "#/components/schemas/" + name);
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
