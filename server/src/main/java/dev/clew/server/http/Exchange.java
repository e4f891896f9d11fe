package dev.clew.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Reason;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.Caller;
import dev.clew.server.ports.Credentials;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request on its way through a handler, on a virtual thread. Confined to it. */
public interface Exchange {
    /** Value of {@code {name}} in the route's template, decoded once; {@code {name...}} takes the rest of the path. */
    String path(String name);

    Optional<String> query(String name);

    List<String> queryAll(String name);

    Optional<String> header(String name);

    /** The permit for the route's permission on the route's resource. */
    Permit permit();

    /** The body gave this as the reason: entries of the permit carry its code, as they do that of the header. */
    void because(Reason given);

    /** Whether the route's permission is held without a note; with one, the handler checks what the note says. */
    boolean isUnconditional();

    /** Asks the gate for one more permission, on a resource found while handling. */
    Permit require(Permission permission, Resource resource);

    /** Where the caller may list and search under the route's permission. */
    AuthorizedScope authorizedScope();

    /** The same under another permission, for answers that show things of several kinds. */
    AuthorizedScope authorizedScope(Permission permission);

    /** Who asks, with all rights. Authenticates on an open route. */
    Caller caller();

    /** What the request brings as reason and purpose. */
    Justification justification();

    /** Scope id of the project that writes without an explicit one go to: the token's, else the default one. */
    int project();

    /** Scope id of the workspace of the request. */
    int workspace();

    /** The body, decompressed, cut off at the route's limit with PAYLOAD_TOO_LARGE, and at a total time for slow senders. */
    InputStream body();

    /** Path and query as they were sent. */
    String target();

    /** Scheme, host and port as the client addressed them, e.g. {@code http://localhost:7070}. */
    String origin();

    /**
     * Name and port under which stored pages are shown to whoever sent this request, e.g. {@code usercontent.localhost:7070}; empty when
     * the server has no second name there.
     */
    Optional<String> sandbox();

    /** The body, read to its end under the same limits; {@link #body} and {@link #json} read it again. */
    byte[] wholeBody() throws IOException;

    /** To be told when the answer could not be delivered: its connection broke first. */
    void onLost(Runnable told);

    /** The body as one JSON document; MALFORMED_BODY says where. */
    JsonNode json();

    /** The same where a body may be left out: then an empty object. */
    JsonNode jsonOrEmpty();

    /** The secret of the browser's session, if the request has its cookie. */
    Optional<String> sessionSecret();

    /** Whether the request came over TLS. */
    boolean isTls();

    /** Credentials given in a body, as those of this request; refused when a page of another site sent it. */
    Credentials credentialsOf(Credentials.Scheme scheme, @Nullable String user, String secret);

    /** Request id, also in the answer's header and the access log. */
    String requestId();
}
