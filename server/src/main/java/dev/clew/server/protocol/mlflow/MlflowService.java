package dev.clew.server.protocol.mlflow;

import dev.clew.server.http.Method;
import dev.clew.server.http.Route;
import java.util.List;

/** What clients ask about the server itself, and the answer for everything of MLflow that is not served. */
public final class MlflowService {
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
                routes.open(
                        version,
                        method,
                        "{rest...}",
                        "says only that nothing is served here",
                        _ -> MlflowErrors.endpointNotFound());
            }
        }
        return routes.list();
    }
}
