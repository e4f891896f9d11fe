package dev.clew.server.http;

import dev.clew.server.common.Permission;
import dev.clew.server.ports.Right;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
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

    /** A documented query parameter. */
    public record Parameter(String name, String description) {}

    private final Method method;
    private final String template;
    private final @Nullable Permission permission;
    private final @Nullable String publicBecause;
    private final @Nullable Function<Exchange, Resource> resource;
    private final Set<Right> noted;
    private final String summary;
    private final List<Parameter> parameters;
    private final @Nullable Class<?> request;
    private final @Nullable Class<?> response;
    private final int successStatus;
    private final long maxBodyBytes;
    private final ErrorShape errors;
    private final boolean documented;
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
        this.request = builder.request;
        this.response = builder.response;
        this.successStatus = builder.successStatus;
        this.maxBodyBytes = builder.maxBodyBytes;
        this.errors = builder.errors;
        this.documented = builder.documented;
        this.handler = handler;
        if ((permission == null) == (publicBecause == null)) {
            throw new IllegalStateException(
                    "%s %s must name a permission or say why it is public".formatted(method, template));
        }
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

    public @Nullable Class<?> request() {
        return request;
    }

    public @Nullable Class<?> response() {
        return response;
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

    public Handler handler() {
        return handler;
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
        private @Nullable Class<?> request;
        private @Nullable Class<?> response;
        private int successStatus = 200;
        private long maxBodyBytes = DEFAULT_BODY_BYTES;
        private ErrorShape errors = ErrorShape.PROBLEM;
        private boolean documented = true;

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
            parameters.add(new Parameter(name, description));
            return this;
        }

        public Builder takes(Class<?> type) {
            this.request = type;
            return this;
        }

        public Builder answers(int status, Class<?> type) {
            this.successStatus = status;
            this.response = type;
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

        public Route handle(Handler handles) {
            return new Route(this, handles);
        }
    }
}
