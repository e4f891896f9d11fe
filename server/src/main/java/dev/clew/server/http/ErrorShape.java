package dev.clew.server.http;

import dev.clew.server.common.ClewException;

/** How failures look on a route: RFC 9457 natively, the protocol's own shape on foreign paths. */
@FunctionalInterface
public interface ErrorShape {
    Answer shape(ClewException failure, String requestId);

    /** RFC 9457 {@code application/problem+json}: type, title, status, detail, code, request_id. */
    ErrorShape PROBLEM = Problems::shape;
}
