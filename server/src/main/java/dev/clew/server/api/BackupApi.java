package dev.clew.server.api;

import dev.clew.server.backup.Backups;
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
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** Routes of backups: {@code clew backup} against a running server. */
public final class BackupApi {
    private static final String BASE = "/api/clew/v1/backups";

    private final Backups backups;

    public BackupApi(Backups backups) {
        this.backups = backups;
    }

    public List<Route> routes() {
        return List.of(
                Route.post(BASE)
                        .permission(Permission.BACKUP_RUN)
                        .on(exchange -> Resource.in(Scopes.INSTANCE))
                        .summary("Begin a backup into two new directories of the server's machine: {target, keys}")
                        .required("target", "string", "new directory of the server's machine")
                        .required("keys", "string", "another one, for the wrapped keys")
                        .answers(202, Backups.Progress.class)
                        .handle(this::start),
                Route.get(BASE + "/{id}")
                        .permission(Permission.BACKUP_RUN)
                        .on(exchange -> Resource.in(Scopes.INSTANCE))
                        .summary("A backup since the start of the server: running, done or failed")
                        .answers(200, Backups.Progress.class)
                        .handle(this::get));
    }

    private Answer start(Exchange exchange) {
        Fields body = Fields.of(exchange.json());
        Path target = path(body, "target");
        Path keys = path(body, "keys");
        body.end();
        return Answer.json(202, backups.start(exchange.permit(), target, keys));
    }

    private Answer get(Exchange exchange) {
        Uid id = Fields.parseUid("Backup", exchange.path("id"));
        return Answer.json(backups.find(id)
                .orElseThrow(() -> new ClewException(
                        ErrorCode.NOT_FOUND,
                        "This server has made no backup %s since it started.".formatted(id.dashed()))));
    }

    private static Path path(Fields body, String name) {
        String text = body.text(name);
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new ClewException(ErrorCode.INVALID_ARGUMENT, "%s \"%s\" is not a path.".formatted(name, text), e);
        }
    }
}
