package dev.clew.server.protocol.mlflow;

import dev.clew.server.http.Method;
import dev.clew.server.http.Route;
import java.util.List;

/** What clients ask about the server itself, and the answer for everything of MLflow that is not served. */
public final class MlflowService {
    private static final String NOTHING = "says only that nothing is served here";

    /** What MLflow serves outside its interface and we do not. */
    private static final List<String> ELSEWHERE = List.of("/graphql", "/gateway/{rest...}");

    public List<Route> routes() {
        var routes = new MlflowRoutes()
                .open(
                        3,
                        Method.GET,
                        "mlflow/server-info",
                        "clients ask before they authenticate",
                        _ -> Out.answer(out -> out.text("store_type", "SqlStore")
                                .flag("workspaces_enabled", false)
                                .flag("trace_archival_enabled", false)
                                .flag("multipart_uploads_enabled", false)
                                .flag("multipart_downloads_enabled", false)
                                .flag("presigned_upload_run_id_supported", false)
                                .flag("presigned_upload_model_id_supported", false)
                                .object("features_enabled", _ -> {})));
        for (Method method : Method.values()) {
            for (int version = 2; version <= 4; version++) {
                routes.open(version, method, "{rest...}", NOTHING, _ -> MlflowErrors.endpointNotFound());
            }
            ELSEWHERE.forEach(path -> routes.openAt(method, path, NOTHING, _ -> MlflowErrors.endpointNotFound()));
        }
        return routes.list();
    }
}
