package dev.clew.server.api;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Fields;
import dev.clew.server.http.Resource;
import dev.clew.server.http.Route;
import dev.clew.server.purge.PurgeReport;
import dev.clew.server.purge.Purges;
import java.time.Duration;
import java.util.List;

/** Routes of purges: {@code clew gc} against a running server. */
public final class PurgesApi {
    private static final String BASE = "/api/clew/v1/purges";
    private static final long DEFAULT_SECONDS = Duration.ofDays(30).toSeconds();

    private final Purges purges;

    public PurgesApi(Purges purges) {
        this.purges = purges;
    }

    public List<Route> routes() {
        return List.of(
                Route.post(BASE)
                        .permission(Permission.INSTANCE_STORAGE)
                        .on(exchange -> Resource.in(Scopes.INSTANCE))
                        .summary(
                                "Begin to take away for good what was deleted and nothing rests on, and bytes that nothing names")
                        .optional(
                                "older_than_seconds",
                                "integer",
                                "only what was deleted at least so long ago; default 2592000, which is 30 days")
                        .optional("dry_run", "boolean", "count and judge alone")
                        .answers(202, PurgeReport.class)
                        .handle(this::start),
                Route.get(BASE + "/{id}")
                        .permission(Permission.INSTANCE_STORAGE)
                        .on(exchange -> Resource.in(Scopes.INSTANCE))
                        .summary(
                                "A purge since the start of the server: running, done or failed, and what stays and why")
                        .answers(200, PurgeReport.class)
                        .handle(this::get));
    }

    private Answer start(Exchange exchange) {
        Fields body = Fields.of(exchange.json());
        long seconds = body.integer("older_than_seconds", DEFAULT_SECONDS);
        boolean dryRun = body.flag("dry_run", false);
        body.end();
        if (seconds < 0 || seconds > Purges.MAX_OLDER_SECONDS) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "older_than_seconds is %d; it is 0 to %d.".formatted(seconds, Purges.MAX_OLDER_SECONDS));
        }
        return Answer.json(202, purges.start(exchange.permit(), Duration.ofSeconds(seconds), dryRun));
    }

    private Answer get(Exchange exchange) {
        Uid id = Fields.parseUid("Purge", exchange.path("id"));
        return Answer.json(purges.find(id)
                .orElseThrow(() -> new ClewException(
                        ErrorCode.NOT_FOUND,
                        "This server has begun no purge %s since it started.".formatted(id.dashed()))));
    }
}
