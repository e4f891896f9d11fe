package dev.clew.server.cli.mlflow;

import dev.clew.server.cli.mlflow.MoveReport.What;
import dev.clew.server.common.ClewException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Files on their way out, streamed one by one. A file that is there with its length is not sent again. Only what a server keeps for its
 * clients can be written through it. Confined to one thread.
 */
final class FileExport {
    private static final String PROXY = "/api/2.0/mlflow-artifacts/artifacts/";
    private static final Pattern KEPT = Pattern.compile("mlflow-artifacts:(?://[^/]*)?/+(.*)");

    private final MlflowHttp source;
    private final MlflowTarget target;
    private final MoveReport report;

    FileExport(MlflowHttp source, MlflowTarget target, MoveReport report) {
        this.source = source;
        this.target = target;
        this.report = report;
    }

    /** @param to the same owner there */
    void files(Source.Owner from, Source.Owner to) throws IOException {
        if (Importer.staysThere(from.location())) {
            report.count("owner whose files stay on " + LocalFiles.scheme(from.location()), 1);
            return;
        }
        Matcher kept = KEPT.matcher(to.location());
        boolean canWrite = kept.matches();
        Map<String, Long> there = canWrite ? listed(to) : Map.of();
        String why = new HttpFiles(source).list(from, (path, size) -> {
            report.source(What.FILES, 1);
            report.source(What.FILE_BYTES, size);
            if (!canWrite) {
                report.count(
                        "file not moved: the server keeps files on %s and takes none through its interface"
                                .formatted(
                                        LocalFiles.isLocal(to.location())
                                                ? "a disk of its own"
                                                : LocalFiles.scheme(to.location())),
                        1);
            } else if (there.getOrDefault(path, -1L) == size || sent(from, kept.group(1) + "/" + path, path, size)) {
                report.target(What.FILES, 1);
                report.target(What.FILE_BYTES, size);
            }
        });
        if (why != null) {
            report.count("owner whose files were not listed: " + why, 1);
        }
    }

    private Map<String, Long> listed(Source.Owner to) throws IOException {
        var sizes = new HashMap<String, Long>();
        new HttpFiles(target.http()).list(to, sizes::put);
        return sizes;
    }

    private boolean sent(Source.Owner from, String at, String path, long size) throws IOException {
        String address =
                PROXY + Arrays.stream(at.split("/")).map(MlflowHttp::encoded).collect(Collectors.joining("/"));
        var bytes = size == 0
                ? BodyPublishers.noBody()
                : BodyPublishers.fromPublisher(
                        BodyPublishers.ofInputStream(() -> open(HttpFiles.content(from, path))), size);
        try {
            target.http().require(address, target.http().put(address, bytes));
            return true;
        } catch (ClewException e) {
            report.refusedBy(from.id() + "/" + path, e);
            return false;
        }
    }

    private InputStream open(String address) {
        try {
            return source.open(address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
