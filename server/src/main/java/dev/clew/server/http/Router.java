package dev.clew.server.http;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the declared route of a path. A literal segment wins over {@code {name}}, which wins over {@code {name...}}; so every path has at
 * most one answer, and two declarations that would need another rule stop the start. Immutable once built; thread-safe.
 */
final class Router {
    private static final Pattern LITERAL = Pattern.compile("[A-Za-z0-9._~@:$+-]*");
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

    /** A route with the values of its template's names, by position. */
    record Match(Route route, List<String> names, List<String> values) {
        String value(String name) {
            int i = names.indexOf(name);
            if (i < 0) {
                throw new IllegalArgumentException("%s has no {%s}".formatted(route.template(), name));
            }
            return values.get(i);
        }
    }

    /** What a path leads to: a route per method, empty when nothing is declared there. */
    record Found(Map<Method, Declared> byMethod, List<String> values) {
        static final Found NOTHING = new Found(Map.of(), List.of());

        @Nullable
        Match match(Method method) {
            Declared declared = byMethod.get(method);
            return declared == null ? null : new Match(declared.route(), declared.names(), values);
        }

        /** The same if it is served under this kind of name, else nothing. */
        Found under(HostNames.Kind name) {
            for (Declared declared : byMethod.values()) {
                if (declared.route().isSandboxed() != (name == HostNames.Kind.SANDBOX)) {
                    return NOTHING;
                }
            }
            return this;
        }

        /** For the header {@code Allow}. */
        String allowed() {
            var methods = new TreeSet<String>();
            byMethod.keySet().forEach(method -> methods.add(method.name()));
            if (byMethod.containsKey(Method.GET)) {
                methods.add("HEAD");
            }
            methods.add("OPTIONS");
            return String.join(", ", methods);
        }
    }

    record Declared(Route route, List<String> names) {}

    private static final class Node {
        final Map<String, Node> literals = new HashMap<>();

        @Nullable
        Node one;

        final Map<Method, Declared> here = new EnumMap<>(Method.class);
        final Map<Method, Declared> rest = new EnumMap<>(Method.class);
    }

    private final Node root = new Node();
    private final List<Route> routes;

    /** @throws IllegalStateException naming the declarations that are wrong, doubled or ambiguous */
    Router(Collection<Route> routes) {
        this.routes = List.copyOf(routes);
        this.routes.forEach(this::declare);
    }

    List<Route> routes() {
        return routes;
    }

    private void declare(Route route) {
        String template = route.template();
        if (!template.startsWith("/")) {
            throw new IllegalStateException("The template \"%s\" must begin with a slash".formatted(template));
        }
        var names = new ArrayList<String>();
        Node node = root;
        String[] segments =
                template.equals("/") ? new String[0] : template.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            String segment = segments[i];
            if (segment.startsWith("{") && segment.endsWith("}")) {
                boolean rest = segment.endsWith("...}");
                String name = segment.substring(1, segment.length() - (rest ? 4 : 1));
                if (!NAME.matcher(name).matches() || names.contains(name) || (rest && i != segments.length - 1)) {
                    throw new IllegalStateException(
                            "%s %s: {%s} is malformed, doubled or not last".formatted(route.method(), template, name));
                }
                names.add(name);
                if (rest) {
                    add(node.rest, route, names);
                    return;
                }
                if (node.one == null) {
                    node.one = new Node();
                }
                node = node.one;
            } else {
                if (!LITERAL.matcher(segment).matches()) {
                    throw new IllegalStateException("%s %s: \"%s\" is neither a literal nor {name}"
                            .formatted(route.method(), template, segment));
                }
                node = node.literals.computeIfAbsent(segment, _ -> new Node());
            }
        }
        add(node.here, route, names);
    }

    private static void add(Map<Method, Declared> at, Route route, List<String> names) {
        Declared other = at.put(route.method(), new Declared(route, List.copyOf(names)));
        if (other != null) {
            throw new IllegalStateException("%s is declared twice: %s and %s"
                    .formatted(route.method(), other.route().template(), route.template()));
        }
    }

    /** What is declared at a path, whatever the method. */
    Found find(List<String> segments) {
        Found found = find(root, segments, 0);
        return found == null ? Found.NOTHING : found;
    }

    /** How failures look where a raw path leads, as far as its first segments are literals of templates. */
    ErrorShape errorsNear(String rawPath) {
        Node node = root;
        for (String segment : rawPath.split("/", -1)) {
            Node next = segment.isEmpty() ? node : node.literals.get(segment);
            if (next == null) {
                break;
            }
            node = next;
        }
        Route any = node == root ? null : anyBelow(node);
        return any == null ? ErrorShape.PROBLEM : any.errors();
    }

    private static @Nullable Route anyBelow(Node node) {
        for (var declared : List.of(node.rest, node.here)) {
            if (!declared.isEmpty()) {
                return declared.values().iterator().next().route();
            }
        }
        if (node.one != null) {
            return anyBelow(node.one);
        }
        return node.literals.values().stream().findFirst().map(Router::anyBelow).orElse(null);
    }

    private static @Nullable Found find(Node node, List<String> segments, int at) {
        if (at == segments.size()) {
            if (!node.here.isEmpty()) {
                return new Found(node.here, new ArrayList<>(4));
            }
            return null;
        }
        String segment = segments.get(at);
        Node literal = node.literals.get(segment);
        if (literal != null) {
            Found found = find(literal, segments, at + 1);
            if (found != null) {
                return found;
            }
        }
        if (node.one != null && !segment.isEmpty()) {
            Found found = find(node.one, segments, at + 1);
            if (found != null) {
                found.values().addFirst(segment);
                return found;
            }
        }
        if (!node.rest.isEmpty()) {
            var values = new ArrayList<String>(4);
            values.add(String.join("/", segments.subList(at, segments.size())));
            return new Found(node.rest, values);
        }
        return null;
    }

    static List<String> namesOf(Route route) {
        var names = new ArrayList<String>();
        for (String segment : route.template().split("/", -1)) {
            if (segment.startsWith("{")) {
                names.add(segment.substring(1, segment.length() - 1).replace("...", ""));
            }
        }
        return names;
    }
}
