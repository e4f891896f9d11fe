package dev.clew.server.api;

import dev.clew.ledger.tiles.Tile;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Scopes;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Resource;
import dev.clew.server.http.Route;
import dev.clew.server.ledgers.EntryExtras;
import java.util.List;

/** What an export holds beside the tree, in its own forms: for {@code clew export --server}. It tells of every organisation. */
public final class ExportApi {
    private static final String BASE = "/api/clew/v1/ledger";
    private static final String BYTES = "application/octet-stream";

    private final EntryExtras extras;

    public ExportApi(EntryExtras extras) {
        this.extras = extras;
    }

    public List<Route> routes() {
        return List.of(
                exported(Route.get(BASE + "/changes/{path...}"))
                        .summary("Change lists of up to 256 entries; path as in the level-0 tile over them")
                        .answersAs(BYTES)
                        .handle(exchange -> Answer.bytes(BYTES, extras.changes(tile(exchange)))),
                exported(Route.get(BASE + "/entries/{seq}/records"))
                        .summary("Records of a batch entry")
                        .answersAs(BYTES)
                        .handle(exchange -> Answer.bytes(BYTES, extras.records(seq(exchange)))),
                exported(Route.get(BASE + "/entries/{seq}/body"))
                        .summary("Body of an entry, when it holds nothing personal")
                        .answersAs(BYTES)
                        .handle(exchange -> Answer.bytes(BYTES, extras.plainBody(seq(exchange)))));
    }

    private static Route.Builder exported(Route.Builder route) {
        return route.permission(Permission.AUDIT_READ).on(exchange -> Resource.in(Scopes.INSTANCE));
    }

    private static Tile tile(Exchange exchange) {
        String path = exchange.path("path");
        try {
            return Tile.parse("tile/0/" + path);
        } catch (IllegalArgumentException e) {
            throw new ClewException(ErrorCode.NOT_FOUND, "There is no tile \"%s\".".formatted(path), e);
        }
    }

    private static long seq(Exchange exchange) {
        String text = exchange.path("seq");
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new ClewException(ErrorCode.NOT_FOUND, "There is no entry \"%s\".".formatted(text), e);
        }
    }
}
