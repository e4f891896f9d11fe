package dev.clew.server.cli.mlflow;

import dev.clew.ledger.tree.Hashing;
import dev.clew.server.cli.Connection;
import dev.clew.server.cli.mlflow.MoveReport.What;
import dev.clew.server.common.ClewException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.DigestInputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;

/** Moves single files: digested on the way, and not sent when the server has that digest there. Memory: a buffer. */
final class Upload {
    private static final String FILES = "/api/2.0/mlflow-artifacts/artifacts/";

    private final Connection server;
    private final MoveReport report;

    Upload(Connection server, MoveReport report) {
        this.server = server;
        this.report = report;
    }

    /** @param path below the server's artifact root */
    void file(String path, Source.Content content) throws IOException {
        report.source(What.FILES, 1);
        var digest = Hashing.newSha256();
        long size;
        try (var in = new DigestInputStream(content.open(), digest)) {
            size = in.transferTo(OutputStream.nullOutputStream());
        }
        report.source(What.FILE_BYTES, size);
        String sha256 = HexFormat.of().formatHex(digest.digest());
        String target =
                FILES + Arrays.stream(path.split("/")).map(Connection::segment).collect(Collectors.joining("/"));
        if (isThere(target, sha256)) {
            counted(size);
            return;
        }
        HttpResponse<byte[]> answer = server.stream("PUT", target, BodyPublishers.ofInputStream(() -> open(content)));
        if (answer.statusCode() != 200) {
            report.refused(path, Connection.detail(answer));
        } else if (isThere(target, sha256)) {
            counted(size);
        } else {
            report.refused(path, "the server has other bytes than the source; the file may have changed meanwhile");
        }
    }

    private void counted(long size) {
        report.target(What.FILES, 1);
        report.target(What.FILE_BYTES, size);
    }

    /** Answered from the digest that the entry of the file holds; without it one byte comes. */
    private boolean isThere(String target, String sha256) throws IOException {
        var answer = server.stream(
                "GET", target, BodyPublishers.noBody(), "If-None-Match", '"' + sha256 + '"', "Range", "bytes=0-0");
        if (answer.statusCode() == 401 || answer.statusCode() == 403) {
            throw new ClewException(dev.clew.server.common.ErrorCode.FORBIDDEN, Connection.detail(answer));
        }
        return answer.statusCode() == 304;
    }

    private static InputStream open(Source.Content content) {
        try {
            return content.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
