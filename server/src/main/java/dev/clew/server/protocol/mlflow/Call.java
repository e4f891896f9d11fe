package dev.clew.server.protocol.mlflow;

import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Reason;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Method;
import dev.clew.server.http.Resource;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One call of an MLflow client, past the gate. Everything MLflow knows lives in one project, the one the caller's token (or the default
 * workspace) names; the route's permission was asked there. Confined to its request.
 */
final class Call {
    /** Answers a call. */
    @FunctionalInterface
    interface Handler {
        dev.clew.server.http.Answer handle(Call call) throws IOException;
    }

    private final Exchange exchange;
    private final Method method;
    private @Nullable Message message;

    Call(Exchange exchange, Method method) {
        this.exchange = exchange;
        this.method = method;
    }

    /** For what is not a message: bytes, headers, names in the path. */
    Exchange exchange() {
        return exchange;
    }

    String path(String name) {
        return exchange.path(name);
    }

    /** The request's fields, from the query or the body as the method has it. Read once. */
    Message message() {
        if (message == null) {
            message = Message.of(
                    exchange,
                    method == Method.GET || method == Method.DELETE,
                    method == Method.POST || method == Method.PUT);
        }
        return message;
    }

    /** With the reason that the message brings, if it was read: the header's, else that of the tag. */
    Permit permit() {
        return because(exchange.permit());
    }

    /** The permit with the reason of this call. */
    Permit because(Permit permit) {
        return message == null
                ? permit
                : message.reason()
                        .filter(_ -> exchange.header("X-Clew-Reason").isEmpty())
                        .map(text -> permit.because(Reason.parse(Checks.storable("tags.clew.reason", text))))
                        .orElse(permit);
    }

    /** Asks for a permission that holds for one's own things only ({@code o} in the matrix), as deleting does. */
    Permit requireOwn(Permission permission, String owner) {
        return because(exchange.require(permission, Resource.of(project(), owner)));
    }

    /** Scope id of the project that the call is about. */
    int project() {
        return exchange.project();
    }

    int workspace() {
        return exchange.workspace();
    }
}
