package dev.clew.server.http;

import java.io.IOException;

/** Does what a route promises. Failures are {@code ClewException}s; the server shapes them. */
@FunctionalInterface
public interface Handler {
    Answer handle(Exchange exchange) throws IOException;
}
