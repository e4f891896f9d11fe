package dev.clew.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Reason;
import dev.clew.server.common.StorableText;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.Caller;
import dev.clew.server.ports.Credentials;
import dev.clew.server.ports.Right;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** One request, matched to its route. Parses what it is asked for, once. */
final class CallExchange implements Exchange {
    private static final String REASON_HEADER = "X-Clew-Reason";
    private static final String PURPOSE_HEADER = "X-Clew-Purpose";
    private static final Justification LOCAL =
            new Justification(Optional.of(Reason.LOCAL), Optional.of(Justification.Purpose.LOCAL), false);

    private final Request request;
    private final Router.Match match;
    private final Gate gate;
    private final HttpConfig config;
    private final BodyMemory memory;
    private final HostNames names;
    private final String requestId;
    private final Sender sender;
    private @Nullable List<String> query;
    private @Nullable Caller caller;
    private @Nullable Justification justification;
    private @Nullable Permit permit;
    private @Nullable RequestBody wire;
    private @Nullable InputStream body;
    private Runnable lost = () -> {};

    CallExchange(
            Request request,
            Router.Match match,
            Gate gate,
            HttpConfig config,
            BodyMemory memory,
            HostNames names,
            String requestId,
            Sender sender) {
        this.request = request;
        this.match = match;
        this.gate = gate;
        this.config = config;
        this.memory = memory;
        this.names = names;
        this.requestId = requestId;
        this.sender = sender;
    }

    /** Authenticates and asks the gate, as the route declares; then parameters that the route does not know are refused. */
    void enter() {
        authorize();
        if (match.route().isStrict()) {
            var pairs = queryPairs();
            for (int i = 0; i < pairs.size(); i += 2) {
                match.route().requireKnown(pairs.get(i));
            }
        }
    }

    private void authorize() {
        Route route = match.route();
        Permission permission = route.permission();
        if (permission == null) {
            return;
        }
        Caller who = caller();
        var resolver = route.resource();
        if (match.values().isEmpty() || resolver == null) {
            // The route itself is no secret: it stands in the OpenAPI document.
            Resource asked = resolver == null ? Resource.in(who.project()) : resolver.apply(this);
            permit = gate.authorize(who, permission, asked.also(route.noted()), justification(asked), false);
            return;
        }
        try {
            Resource asked = resolver.apply(this).named(match.values().getLast());
            permit = gate.authorize(who, permission, asked.also(route.noted()), justification(asked), true);
        } catch (ClewException e) {
            throw e.code() == ErrorCode.NOT_FOUND ? hidden() : e;
        }
    }

    /** One answer for what does not exist and for what the caller may not know to exist. */
    private ClewException hidden() {
        return new ClewException(
                ErrorCode.NOT_FOUND,
                "\"%s\" does not exist, or you may not see it; check the id and your roles."
                        .formatted(match.values().getLast()));
    }

    /** The handler refused: a thing that is not there may be somebody else's. */
    void refused(ClewException failure) {
        if (failure.code() == ErrorCode.NOT_FOUND && caller != null && permit != null) {
            gate.missed(caller, permit);
        }
    }

    /** The request was turned away for something else than a missing right. */
    void turnedAway(String code) {
        gate.turnedAway(caller, match.route().permission(), code);
    }

    String who() {
        return caller == null ? Gate.ANONYMOUS : caller.who();
    }

    /** The answer did not arrive. */
    void lose() {
        lost.run();
    }

    @Override
    public void onLost(Runnable told) {
        lost = told;
    }

    /** Whether it brings records, of which a sender may send only so many bytes. */
    boolean takesMany() {
        return match.route().takesMany();
    }

    /** Bytes of its body that came over the wire so far. */
    long received() {
        return wire == null ? 0 : wire.received();
    }

    void release() {
        if (wire != null) {
            wire.release();
        }
    }

    @Override
    public Caller caller() {
        if (caller == null) {
            caller = gate.authenticate(credentials());
        }
        return caller;
    }

    @Override
    public Justification justification() {
        if (justification == null) {
            var reason = header(REASON_HEADER).map(CallExchange::utf8).map(Reason::parse);
            var purpose = header(PURPOSE_HEADER).map(Justification.Purpose::parse);
            boolean inBody = match.route().takesReason();
            justification = caller != null && caller.who().equals("usr:local")
                    ? new Justification(reason.or(LOCAL::reason), purpose.or(LOCAL::purpose), inBody)
                    : new Justification(reason, purpose, inBody);
        }
        return justification;
    }

    /**
     * What the request brings for the route's permission. A reason in the body counts as one in the header does; the body is read for it
     * only where the caller has the right under that condition, so that nobody else's is parsed before he is refused.
     */
    private Justification justification(Resource asked) {
        Permission permission = Objects.requireNonNull(match.route().permission());
        Justification given = justification();
        if (given.inBody() && !given.suffices(permission) && Gate.isJustified(caller(), permission, asked.scope())) {
            justification = given.because(reasonOfBody().or(given::reason));
        }
        return justification();
    }

    private Optional<Reason> reasonOfBody() {
        try {
            byte[] all = wholeBody();
            Optional<Reason> reason = all.length == 0 ? Optional.empty() : Fields.reasonOf(document());
            body = new ByteArrayInputStream(all);
            return reason;
        } catch (IOException e) {
            throw cut(e);
        }
    }

    /** Header values arrive as ISO 8859-1; clients send UTF-8. */
    private static String utf8(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) >= 0x80) {
                return new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            }
        }
        return value;
    }

    private Credentials credentials() {
        String header = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        String peer = sender.address();
        boolean isOperators = sender.isOperators();
        if (header == null) {
            Cookies.refuseOtherSites(request, sender.isTls());
            var secret = Cookies.read(request, sender.isTls());
            if (secret.isEmpty()) {
                return new Credentials(Credentials.Scheme.NONE, null, null, peer, sender.isLocal());
            }
            Cookies.requireCsrf(request, secret.get());
            return new Credentials(Credentials.Scheme.SESSION, null, secret.get(), peer, sender.isLocal());
        }
        if (header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return new Credentials(
                    Credentials.Scheme.BEARER, null, header.substring(7).strip(), peer, isOperators);
        }
        if (header.regionMatches(true, 0, "Basic ", 0, 6)) {
            if (request.getHeaders().contains("Sec-Fetch-Site")) {
                throw new ClewException(
                        ErrorCode.UNAUTHENTICATED, "Browsers may not send Basic credentials here; use a token.");
            }
            try {
                String pair = new String(
                        Base64.getDecoder().decode(header.substring(6).strip()), StandardCharsets.UTF_8);
                int colon = pair.indexOf(':');
                if (colon >= 0) {
                    return new Credentials(
                            Credentials.Scheme.BASIC,
                            pair.substring(0, colon),
                            pair.substring(colon + 1),
                            peer,
                            isOperators);
                }
            } catch (IllegalArgumentException e) {
                throw new ClewException(
                        ErrorCode.UNAUTHENTICATED, "The Basic credentials are not base64 of user:password.", e);
            }
        }
        throw new ClewException(
                ErrorCode.UNAUTHENTICATED, "The header Authorization holds neither Bearer nor Basic credentials.");
    }

    @Override
    public String path(String name) {
        return match.value(name);
    }

    @Override
    public Optional<String> query(String name) {
        var pairs = queryPairs();
        for (int i = 0; i < pairs.size(); i += 2) {
            if (pairs.get(i).equals(name)) {
                return Optional.of(pairs.get(i + 1));
            }
        }
        return Optional.empty();
    }

    @Override
    public List<String> queryAll(String name) {
        var pairs = queryPairs();
        var values = new ArrayList<String>();
        for (int i = 0; i < pairs.size(); i += 2) {
            if (pairs.get(i).equals(name)) {
                values.add(pairs.get(i + 1));
            }
        }
        return values;
    }

    private List<String> queryPairs() {
        if (query == null) {
            query = RequestPath.query(request.getHttpURI().getQuery());
        }
        return query;
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeaders().get(name));
    }

    @Override
    public Permit permit() {
        if (permit == null) {
            throw new IllegalStateException(
                    "%s is open; ask with require(…)".formatted(match.route().template()));
        }
        return permit;
    }

    @Override
    public void because(Reason given) {
        Reason known = permit().reason();
        if (known == null || known.equals(Reason.LOCAL)) {
            // Its text belongs to what the handler makes of it, which may have to be sealed for a person.
            permit = permit().because(Reason.of(given.code(), ""));
        }
    }

    @Override
    public Permit require(Permission permission, Resource resource) {
        return gate.authorize(caller(), permission, resource, justification(), false);
    }

    @Override
    public boolean isUnconditional() {
        return (caller().rights(permit().permission(), permit().scope()) & Right.ALLOWED.bit()) != 0;
    }

    @Override
    public AuthorizedScope authorizedScope() {
        return gate.scope(caller(), permit(), justification());
    }

    @Override
    public AuthorizedScope authorizedScope(Permission permission) {
        Permit asked = new Permit(
                caller().who(),
                null,
                permission,
                project(),
                caller().accessEpoch(),
                justification().reason().orElse(null));
        return gate.scope(caller(), asked, justification());
    }

    @Override
    public int project() {
        return caller().project();
    }

    @Override
    public int workspace() {
        return caller().workspace();
    }

    @Override
    public InputStream body() {
        if (body == null) {
            long limit = match.route().maxBodyBytes();
            var raw =
                    new RequestBody(Content.Source.asInputStream(request), request.getLength(), limit, config, memory);
            wire = raw;
            body = decoded(raw, limit);
        }
        return body;
    }

    @Override
    public String target() {
        return request.getHttpURI().getPathQuery();
    }

    @Override
    public String origin() {
        var uri = request.getHttpURI();
        return "%s://%s".formatted(isTls() ? "https" : "http", uri.getAuthority());
    }

    @Override
    public Optional<String> sandbox() {
        return names.sandbox(HostNames.authority(request));
    }

    @Override
    public byte[] wholeBody() throws IOException {
        byte[] all = body().readAllBytes();
        body = new ByteArrayInputStream(all);
        return all;
    }

    private InputStream decoded(RequestBody raw, long limit) {
        String encoding = request.getHeaders().get(HttpHeader.CONTENT_ENCODING);
        if (encoding == null || encoding.equalsIgnoreCase("identity")) {
            return raw;
        }
        if (!encoding.equalsIgnoreCase("gzip") && !encoding.equalsIgnoreCase("x-gzip")) {
            throw new ClewException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Bodies are taken plain or as gzip; send this one so.");
        }
        try {
            return new Inflated(raw, limit, config.maxInflation());
        } catch (IOException e) {
            throw cut(e);
        }
    }

    @Override
    public JsonNode json() {
        JsonNode node = document();
        if (node.isMissingNode()) {
            throw new ClewException(ErrorCode.MALFORMED_BODY, "The body is empty; send one JSON document.");
        }
        return node;
    }

    @Override
    public JsonNode jsonOrEmpty() {
        JsonNode node = document();
        return node.isMissingNode() ? Json.MAPPER.createObjectNode() : node;
    }

    /** Missing when there is none. */
    private JsonNode document() {
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (type != null && !isJson(type)) {
            throw new ClewException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "This route takes Content-Type: application/json; send the body so.");
        }
        try {
            JsonNode document = Json.MAPPER.readTree(body().readAllBytes());
            requireStorable(document, "");
            return document;
        } catch (JsonProcessingException e) {
            throw malformed(e);
        } catch (IOException e) {
            throw cut(e);
        }
    }

    /** Depth is bounded by the parser. */
    private static void requireStorable(JsonNode node, String path) {
        if (node.isTextual()) {
            String fault = StorableText.fault(node.textValue());
            if (fault != null) {
                throw new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "%s holds %s; remove it.".formatted(path.isEmpty() ? "The body" : path, fault));
            }
        } else if (node.isContainerNode()) {
            if (node.isArray()) {
                node.forEach(element -> requireStorable(element, path));
            } else {
                node.properties().forEach(field -> {
                    if (StorableText.fault(field.getKey()) != null) {
                        throw new ClewException(
                                ErrorCode.INVALID_ARGUMENT,
                                "The name of a field holds U+0000 or half a surrogate pair; remove it.");
                    }
                    requireStorable(field.getValue(), path.isEmpty() ? field.getKey() : path + "." + field.getKey());
                });
            }
        }
    }

    private static boolean isJson(String type) {
        int end = type.indexOf(';');
        String bare = (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        return bare.equals("application/json") || (bare.startsWith("application/") && bare.endsWith("+json"));
    }

    static ClewException malformed(JsonProcessingException e) {
        return new ClewException(
                ErrorCode.MALFORMED_BODY, "The body is not the JSON this route takes: %s.".formatted(Json.fault(e)), e);
    }

    private static ClewException cut(IOException e) {
        return new ClewException(ErrorCode.MALFORMED_BODY, "The body ended early; send it whole.", e);
    }

    @Override
    public Optional<String> sessionSecret() {
        return Cookies.read(request, sender.isTls());
    }

    @Override
    public boolean isTls() {
        return sender.isTls();
    }

    @Override
    public Credentials credentialsOf(Credentials.Scheme scheme, @Nullable String user, String secret) {
        Cookies.refuseOtherSites(request, sender.isTls());
        return new Credentials(scheme, user, secret, sender.address(), sender.isLocal());
    }

    @Override
    public String requestId() {
        return requestId;
    }
}
