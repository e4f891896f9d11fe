package dev.clew.server.http;

/** Request methods that routes are declared for. HEAD is answered by GET, OPTIONS by the server. */
public enum Method {
    GET,
    POST,
    PUT,
    PATCH,
    DELETE
}
