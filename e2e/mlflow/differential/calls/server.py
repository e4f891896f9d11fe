"""What clients ask about the server itself."""

from servers import Ask

MAKERS = ["health", "version", "server-info"]
CALLS = {
    "health": ("GET /health", lambda s: Ask()),
    "version": ("GET /version", lambda s: Ask()),
    "server-info": ("GET /api/3.0/mlflow/server-info", lambda s: Ask()),
}
