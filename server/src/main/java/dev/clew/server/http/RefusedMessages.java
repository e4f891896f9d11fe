package dev.clew.server.http;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers for messages that never became a request: malformed, too many headers, too long an address. */
final class RefusedMessages extends ErrorHandler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        String what = switch (status) {
            case HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431 ->
                "The headers of the request are too large; send fewer or shorter ones.";
            case HttpStatus.URI_TOO_LONG_414 -> "The address of the request is too long; send less in it.";
            case HttpStatus.REQUEST_TIMEOUT_408 -> "The request did not arrive in time; send it faster.";
            default ->
                status >= 500
                        ? "An error on the server's side; try again."
                        : "The request is not well-formed HTTP; see RFC 9110 and RFC 9112.";
        };
        try {
            var bytes = new ByteArrayOutputStream(256);
            Problems.shape(
                            new ClewException(status >= 500 ? ErrorCode.INTERNAL : ErrorCode.INVALID_ARGUMENT, what),
                            "-")
                    .content()
                    .writeTo(bytes);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/problem+json");
            AnswerWriter.secure(response.getHeaders());
            if (request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_2) {
                response.getHeaders().put(HttpHeader.CONNECTION, "close"); // what follows on it is not believed
            }
            response.write(true, ByteBuffer.wrap(bytes.toByteArray()), callback);
        } catch (IOException e) {
            callback.failed(e);
        }
        return true;
    }
}
