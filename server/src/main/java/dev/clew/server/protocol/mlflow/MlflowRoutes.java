package dev.clew.server.protocol.mlflow;

import dev.clew.server.common.Permission;
import dev.clew.server.common.Scopes;
import dev.clew.server.http.Handler;
import dev.clew.server.http.Method;
import dev.clew.server.http.Resource;
import dev.clew.server.http.Route;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects routes of the protocol: each is served at {@code /api/N.0/…} and {@code /ajax-api/N.0/…}, fails in MLflow's shape and asks its
 * permission on the caller's project.
 *
 * <pre>{@code
 * new MlflowRoutes()
 *     .add(Method.GET, "mlflow/experiments/get", Permission.EXPERIMENT_READ, this::get)
 *     .list()
 * }</pre>
 */
final class MlflowRoutes {
    /** Most bytes of one message; a full log-batch has about 1.5 MB. */
    static final long MESSAGE_BYTES = Route.DEFAULT_BODY_BYTES;

    private final List<Route> routes = new ArrayList<>();

    /** Version 2 of the interface, which nearly everything has. */
    MlflowRoutes add(Method method, String path, Permission permission, Call.Handler handler) {
        return add(2, method, path, permission, MESSAGE_BYTES, handler);
    }

    MlflowRoutes add(
            int version, Method method, String path, Permission permission, long maxBodyBytes, Call.Handler handler) {
        for (String root : List.of("/api/", "/ajax-api/")) {
            routes.add(at(method, root + version + ".0/" + path, permission, maxBodyBytes, handler));
        }
        return this;
    }

    /** Asks its permission on the whole instance: what is about users. */
    MlflowRoutes ofInstance(int version, Method method, String path, Permission permission, Call.Handler handler) {
        for (String root : List.of("/api/", "/ajax-api/")) {
            routes.add(at(
                    Route.of(method, root + version + ".0/" + path).on(_ -> Resource.in(Scopes.INSTANCE)),
                    method,
                    path,
                    permission,
                    MESSAGE_BYTES,
                    handler));
        }
        return this;
    }

    /** Served at exactly this path: what is there under {@code /ajax-api} alone, or outside both. */
    MlflowRoutes addAt(Method method, String path, Permission permission, Call.Handler handler) {
        routes.add(at(method, path, permission, MESSAGE_BYTES, handler));
        return this;
    }

    /** Served to whoever has the key that the handler asks for, at {@code /api/2.0} alone. */
    MlflowRoutes keyed(Method method, String path, long maxBodyBytes, String because, Handler handler) {
        routes.add(Route.of(method, "/api/2.0/" + path)
                .open(because)
                .limit(maxBodyBytes)
                .errors(MlflowErrors.SHAPE)
                .undocumented()
                .handle(handler));
        return this;
    }

    /** Served without credentials at {@code /api/N.0} and {@code /ajax-api/N.0}. */
    MlflowRoutes open(int version, Method method, String path, String because, Handler handler) {
        for (String root : List.of("/api/", "/ajax-api/")) {
            openAt(method, root + version + ".0/" + path, because, handler);
        }
        return this;
    }

    /** Served without credentials at exactly this path. */
    MlflowRoutes openAt(Method method, String path, String because, Handler handler) {
        routes.add(Route.of(method, path)
                .open(because)
                .errors(MlflowErrors.SHAPE)
                .undocumented()
                .handle(handler));
        return this;
    }

    private static Route at(
            Method method, String path, Permission permission, long maxBodyBytes, Call.Handler handler) {
        return at(Route.of(method, path), method, path, permission, maxBodyBytes, handler);
    }

    private static Route at(
            Route.Builder route,
            Method method,
            String path,
            Permission permission,
            long maxBodyBytes,
            Call.Handler handler) {
        return route.permission(permission)
                .limit(maxBodyBytes)
                .errors(MlflowErrors.SHAPE)
                .undocumented()
                .creates(method == Method.POST && (path.endsWith("/create") || path.endsWith("/logged-models")))
                .handle(exchange -> {
                    if (exchange.header("X-MLFLOW-WORKSPACE").isPresent()) {
                        return MlflowErrors.answer(
                                400,
                                "FEATURE_DISABLED",
                                "Workspace APIs are not available: workspaces are not enabled on this server");
                    }
                    return handler.handle(new Call(exchange, method));
                });
    }

    List<Route> list() {
        return List.copyOf(routes);
    }
}
