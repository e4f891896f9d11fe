package dev.clew.server.http;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.Closest;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.ports.Right;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One declared route: method and template, what the gate asks, on what, limits, words for the generated OpenAPI document, handler.
 * What is not declared is not served; a declaration without a permission or a reason for being public stops the start.
 *
 * <pre>{@code
 * Route.get("/api/clew/v1/deployments/{id}").permission(Permission.DEPLOYMENT_READ)
 *     .summary("One deployment").answers(200, DeploymentView.class).handle(this::get)
 * }</pre>
 */
public final class Route {
    /** Default limit of a body. */
    public static final long DEFAULT_BODY_BYTES = 10L * 1024 * 1024;

    /** Type of a field {@code {code, text}}. */
    private static final String REASON = "reason";

    /**
     * A documented query parameter.
     *
     * @param type of JSON Schema; {@code date-time} for a text of RFC 3339
     */
    public record Parameter(String name, String type, String description) {}

    /**
     * A documented field of the JSON body.
     *
     * @param type of JSON Schema; {@code date-time} for a text of RFC 3339, {@code any} for what may be several
     */
    public record Field(String name, String type, boolean required, String description) {}

    private final Method method;
    private final String template;
    private final @Nullable Permission permission;
    private final @Nullable String publicBecause;
    private final @Nullable Function<Exchange, Resource> resource;
    private final Set<Right> noted;
    private final String summary;
    private final List<Parameter> parameters;
    private final List<Field> fields;
    private final boolean takesMany;
    private final @Nullable Class<?> response;
    private final boolean isPage;
    private final String mediaType;
    private final int successStatus;
    private final long maxBodyBytes;
    private final ErrorShape errors;
    private final boolean documented;
    private final boolean shownOnce;
    private final boolean creates;
    private final boolean sandboxed;
    private final Handler handler;

    private Route(Builder builder, Handler handler) {
        this.method = builder.method;
        this.template = builder.template;
        this.permission = builder.permission;
        this.publicBecause = builder.publicBecause;
        this.resource = builder.resource;
        this.noted = Set.copyOf(builder.noted);
        this.summary = builder.summary;
        this.parameters = List.copyOf(builder.parameters);
        this.fields = List.copyOf(builder.fields);
        this.takesMany = builder.takesMany;
        this.response = builder.response;
        this.isPage = builder.isPage;
        this.mediaType = builder.mediaType;
        this.successStatus = builder.successStatus;
        this.maxBodyBytes = builder.maxBodyBytes;
        this.errors = builder.errors;
        this.documented = builder.documented;
        this.shownOnce = builder.shownOnce;
        this.creates = builder.creates;
        this.sandboxed = builder.sandboxed;
        this.handler = handler;
        if ((permission == null) == (publicBecause == null)) {
            throw new IllegalStateException(
                    "%s %s must name a permission or say why it is public".formatted(method, template));
        }
        if (sandboxed && (permission != null || method != Method.GET)) {
            throw new IllegalStateException(
                    "%s %s is of the sandbox, where nobody is known and nothing changes".formatted(method, template));
        }
    }

    private Route(Route same, Handler handler) {
        this.method = same.method;
        this.template = same.template;
        this.permission = same.permission;
        this.publicBecause = same.publicBecause;
        this.resource = same.resource;
        this.noted = same.noted;
        this.summary = same.summary;
        this.parameters = same.parameters;
        this.fields = same.fields;
        this.takesMany = same.takesMany;
        this.response = same.response;
        this.isPage = same.isPage;
        this.mediaType = same.mediaType;
        this.successStatus = same.successStatus;
        this.maxBodyBytes = same.maxBodyBytes;
        this.errors = same.errors;
        this.documented = same.documented;
        this.shownOnce = same.shownOnce;
        this.creates = same.creates;
        this.sandboxed = same.sandboxed;
        this.handler = handler;
    }

    public static Builder get(String template) {
        return new Builder(Method.GET, template);
    }

    public static Builder post(String template) {
        return new Builder(Method.POST, template);
    }

    public static Builder put(String template) {
        return new Builder(Method.PUT, template);
    }

    public static Builder patch(String template) {
        return new Builder(Method.PATCH, template);
    }

    public static Builder delete(String template) {
        return new Builder(Method.DELETE, template);
    }

    public static Builder of(Method method, String template) {
        return new Builder(method, template);
    }

    public Method method() {
        return method;
    }

    public String template() {
        return template;
    }

    /** Names in the template, in order. */
    public List<String> names() {
        return Router.namesOf(this);
    }

    public @Nullable Permission permission() {
        return permission;
    }

    public boolean isPublic() {
        return permission == null;
    }

    /** Finds what the permission is asked on; without one it is the request's project. */
    public @Nullable Function<Exchange, Resource> resource() {
        return resource;
    }

    /** Rights with a note that suffice, because the handler checks what the note says. */
    public Set<Right> noted() {
        return noted;
    }

    /** Why it is served to everybody; null when it is not. */
    public @Nullable String publicBecause() {
        return publicBecause;
    }

    public String summary() {
        return summary;
    }

    public List<Parameter> parameters() {
        return parameters;
    }

    /** Fields of its JSON body; empty when it takes none. */
    public List<Field> fields() {
        return fields;
    }

    /** Whether its body may say why it is sent. */
    boolean takesReason() {
        return fields.stream().anyMatch(field -> field.type().equals(REASON));
    }

    /** Whether it also takes an array of such objects, or one on each line. */
    public boolean takesMany() {
        return takesMany;
    }

    /** What it answers, or the items of its pages; null when that is no JSON or nothing. */
    public @Nullable Class<?> response() {
        return response;
    }

    /** Whether it answers a page of what {@link #response} says. */
    public boolean isPage() {
        return isPage;
    }

    /** Media type of what it answers; empty for nothing. */
    public String mediaType() {
        return mediaType;
    }

    public int successStatus() {
        return successStatus;
    }

    public long maxBodyBytes() {
        return maxBodyBytes;
    }

    public ErrorShape errors() {
        return errors;
    }

    /** Whether it stands in the OpenAPI document (foreign protocols have their own). */
    public boolean isDocumented() {
        return documented;
    }

    /** Whether its answer holds a secret, which is written down nowhere. */
    public boolean isShownOnce() {
        return shownOnce;
    }

    /** Whether each request makes something new, so that sending one again makes another. */
    public boolean isCreate() {
        return creates || (method == Method.POST && successStatus == 201);
    }

    /** Whether it is served under the name of the sandbox, and only there; all other routes are not. */
    public boolean isSandboxed() {
        return sandboxed;
    }

    public Handler handler() {
        return handler;
    }

    /** Whether a parameter that is not declared is refused, as everywhere in our own interface: a mistyped filter would tell too much. */
    boolean isStrict() {
        return documented && template.startsWith("/api/clew/");
    }

    /** @throws ClewException if the query may not have this parameter */
    void requireKnown(String name) {
        var known = parameters.stream().map(Parameter::name).toList();
        if (known.contains(name)) {
            return;
        }
        throw new ClewException(
                ErrorCode.INVALID_ARGUMENT,
                "%s %s takes %s in its query, not \"%s\"%s"
                        .formatted(
                                method,
                                template,
                                known.isEmpty() ? "nothing" : String.join(", ", known),
                                name,
                                Closest.to(name, known)
                                        .map("; did you mean \"%s\"?"::formatted)
                                        .orElse(".")));
    }

    /** The same route, handled otherwise. */
    Route handledBy(Handler other) {
        return new Route(this, other);
    }

    /** Declares a route. */
    public static final class Builder {
        private final Method method;
        private final String template;
        private @Nullable Permission permission;
        private @Nullable String publicBecause;
        private @Nullable Function<Exchange, Resource> resource;
        private final Set<Right> noted = EnumSet.noneOf(Right.class);
        private String summary = "";
        private final List<Parameter> parameters = new ArrayList<>();
        private final List<Field> fields = new ArrayList<>();
        private boolean takesMany;
        private @Nullable Class<?> response;
        private boolean isPage;
        private String mediaType = "";
        private int successStatus = 200;
        private long maxBodyBytes = DEFAULT_BODY_BYTES;
        private ErrorShape errors = ErrorShape.PROBLEM;
        private boolean documented = true;
        private boolean shownOnce;
        private boolean creates;
        private boolean sandboxed;

        private Builder(Method method, String template) {
            this.method = method;
            this.template = template;
        }

        public Builder permission(Permission asked) {
            this.permission = asked;
            return this;
        }

        /** Served without a permission; the reason is kept for the reader of the route list. */
        public Builder open(String because) {
            this.publicBecause = because;
            return this;
        }

        public Builder on(Function<Exchange, Resource> resolver) {
            this.resource = resolver;
            return this;
        }

        /** Lets a right with this note of the matrix pass; the handler then has to check what the note says. */
        public Builder noted(Right right) {
            noted.add(right);
            return this;
        }

        public Builder summary(String text) {
            this.summary = text;
            return this;
        }

        public Builder query(String name, String description) {
            return query(name, "string", description);
        }

        public Builder query(String name, String type, String description) {
            parameters.add(new Parameter(name, type, description));
            return this;
        }

        /** {@code limit} and {@code cursor}, as every list has them. */
        public Builder paged() {
            return query("limit", "integer", "1 to 1000, default 100").query("cursor", "of the page before");
        }

        public Builder required(String name, String type, String description) {
            fields.add(new Field(name, type, true, description));
            return this;
        }

        public Builder optional(String name, String type, String description) {
            fields.add(new Field(name, type, false, description));
            return this;
        }

        /** The field {@code reason}, which the header X-Clew-Reason may stand for. */
        public Builder reason() {
            return optional(Fields.REASON, REASON, "why; or in the header X-Clew-Reason");
        }

        /** The same, where its text needs a word of its own. */
        public Builder reason(String note) {
            return optional(Fields.REASON, REASON, "why; or in the header X-Clew-Reason. " + note);
        }

        /** The body may also be an array of such objects, or NDJSON. */
        public Builder many() {
            this.takesMany = true;
            return this;
        }

        /** Adds what several routes share. */
        public Builder apply(UnaryOperator<Builder> more) {
            return more.apply(this);
        }

        /** Answers one JSON object. */
        public Builder answers(int status, Class<?> type) {
            this.successStatus = status;
            this.response = type;
            this.mediaType = "application/json";
            return this;
        }

        /** Answers a page of such objects. */
        public Builder answersPage(Class<?> item) {
            this.isPage = true;
            return answers(200, item);
        }

        /** Answers something that is not JSON. */
        public Builder answersAs(String type) {
            this.mediaType = type;
            return this;
        }

        /** Answers nothing but that it is done. */
        public Builder answersNothing() {
            this.successStatus = 204;
            return this;
        }

        public Builder limit(long bytes) {
            this.maxBodyBytes = bytes;
            return this;
        }

        public Builder errors(ErrorShape shape) {
            this.errors = shape;
            return this;
        }

        public Builder undocumented() {
            this.documented = false;
            return this;
        }

        /** Its answer holds a secret: it is not kept for a repeat of the request. */
        public Builder shownOnce() {
            this.shownOnce = true;
            return this;
        }

        /** Each request makes something new; natively the status 201 says so. */
        public Builder creates(boolean makes) {
            this.creates = makes;
            return this;
        }

        /** Served under the name of the sandbox, and only there: to nobody in particular, whatever the request brings. */
        public Builder sandboxed() {
            this.sandboxed = true;
            return this;
        }

        public Route handle(Handler handles) {
            return new Route(this, handles);
        }
    }
}
