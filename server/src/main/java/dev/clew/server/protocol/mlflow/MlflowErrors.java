package dev.clew.server.protocol.mlflow;

import dev.clew.server.common.Breach;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.http.Answer;
import dev.clew.server.http.ErrorShape;

/** Failures as MLflow's clients read them: {@code {"error_code": …, "message": …}} with the status that belongs to the code. */
final class MlflowErrors {
    static final ErrorShape SHAPE = (failure, requestId) -> of(failure);

    private MlflowErrors() {}

    /** A failure that only this protocol knows, e.g. {@code 501 NOT_IMPLEMENTED}. Never 5xx for what stays so: clients repeat those. */
    static Answer answer(int status, String code, String message) {
        return Out.answer(status, out -> out.text("error_code", code).text("message", message));
    }

    /** What a route that MLflow has and we do not answers; clients then fall back to older calls where they can. */
    static Answer endpointNotFound() {
        return answer(404, "ENDPOINT_NOT_FOUND", "This server does not serve this path or method.");
    }

    static ClewException invalid(String message) {
        return new ClewException(ErrorCode.INVALID_ARGUMENT, message);
    }

    /** Refuses what no honest client sends; counted in the audit log. */
    static ClewException breach(Breach breach, String message) {
        return new ClewException(ErrorCode.INVALID_ARGUMENT, breach, message, null);
    }

    /** What FastAPI's routes of MLflow answer: {@code {"detail": …}}. */
    static Answer detail(int status, String text) {
        return Out.answer(status, out -> out.text("detail", text));
    }

    static ClewException notFound(String message) {
        return new ClewException(ErrorCode.NOT_FOUND, message);
    }

    private static Answer of(ClewException failure) {
        String message = String.valueOf(failure.getMessage());
        return switch (failure.code()) {
            case INVALID_ARGUMENT, MALFORMED_BODY, UNKNOWN_FIELD, UNSUPPORTED_MEDIA_TYPE, USAGE, WRONG_STATE ->
                answer(400, "INVALID_PARAMETER_VALUE", message);
            case ALREADY_EXISTS -> answer(400, "RESOURCE_ALREADY_EXISTS", message);
            case UNAUTHENTICATED -> answer(401, "UNAUTHENTICATED", message);
            case FORBIDDEN, JUSTIFICATION_REQUIRED, APPROVAL_REQUIRED, SEPARATION_OF_DUTIES, HOST_REFUSED ->
                answer(403, "PERMISSION_DENIED", message);
            case NOT_FOUND, ERASED -> answer(404, "RESOURCE_DOES_NOT_EXIST", message);
            case METHOD_NOT_ALLOWED -> endpointNotFound();
            case TIMEOUT -> answer(408, "DEADLINE_EXCEEDED", message);
            case STALE, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_KEY_TAKEN, CLIENT_ID_CONFLICT, HELD ->
                answer(409, "RESOURCE_CONFLICT", message);
            case PAYLOAD_TOO_LARGE -> answer(413, "INVALID_PARAMETER_VALUE", message);
            case QUOTA_EXCEEDED -> answer(429, "RESOURCE_EXHAUSTED", message);
            case OVERLOADED, READ_ONLY, UNAVAILABLE ->
                answer(503, "TEMPORARILY_UNAVAILABLE", message).header("Retry-After", "1");
            case LEDGER_DAMAGED, ROW_DAMAGED, BLOB_DAMAGED, ROLLED_BACK, KEY_MISSING ->
                answer(500, "DATA_LOSS", message);
            case INTERNAL, CONFIGURATION -> answer(500, "INTERNAL_ERROR", message);
        };
    }
}
