package dev.clew.server.protocol.mlflow;

import dev.clew.server.common.Permission;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Method;
import dev.clew.server.http.Route;
import dev.clew.server.storage.PartFiles;
import dev.clew.server.tracking.ArtifactsConfig;
import dev.clew.server.tracking.TrackedFiles;
import dev.clew.server.tracking.TrackedFiles.Place;
import dev.clew.server.tracking.Uploads;
import dev.clew.server.tracking.Uploads.Sent;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Routes by which clients send large files in parts. Parts come to this server too, under a key of each part in a header, because clients
 * send them without their credentials.
 */
public final class MlflowUploads {
    static final String KEY = "X-Clew-Part-Key";

    private static final String BASE = "mlflow-artifacts/mpu/";
    private static final String PART = BASE + "part/{upload}/{number}";

    private final TrackedFiles files;
    private final Uploads uploads;
    private final long maxFile;
    private final String partsUrl;

    public MlflowUploads(TrackedFiles files, Uploads uploads, ArtifactsConfig config) {
        this.files = files;
        this.uploads = uploads;
        this.maxFile = config.maxFile().bytes();
        this.partsUrl = config.partsUrl().replaceFirst("/+$", "");
    }

    public List<Route> routes() {
        return new MlflowRoutes()
                .add(Method.POST, BASE + "create/{path...}", Permission.ARTIFACT_WRITE, this::create)
                .add(Method.POST, BASE + "complete/{path...}", Permission.ARTIFACT_WRITE, this::complete)
                .add(Method.POST, BASE + "abort/{path...}", Permission.ARTIFACT_WRITE, this::abort)
                .add(Method.POST, BASE + "parts/{path...}", Permission.ARTIFACT_WRITE, this::parts)
                .keyed(
                        Method.PUT,
                        PART,
                        maxFile,
                        "clients send parts without credentials; each has a key that create gave out",
                        this::part)
                .list();
    }

    private Answer create(Call call) throws IOException {
        long count = call.message().requiredInteger("num_parts");
        var begun = uploads.begin(call.permit(), place(call), Math.clamp(count, -1, Integer.MAX_VALUE));
        String base = (partsUrl.isEmpty() ? call.exchange().origin() : partsUrl) + "/api/2.0/" + BASE + "part/";
        return Out.answer(out -> out.text("upload_id", begun.id())
                .listAlways(
                        "credentials",
                        begun.parts(),
                        (each, part) -> each.text("url", base + begun.id() + "/" + part.number())
                                .integer("part_number", (long) part.number())
                                .object("headers", headers -> headers.text(KEY, part.key()))));
    }

    private Answer part(Exchange exchange) throws IOException {
        int number;
        try {
            number = Integer.parseInt(exchange.path("number"));
        } catch (NumberFormatException e) {
            throw MlflowErrors.invalid("\"%s\" is no number of a part; use the URL that was given for it."
                    .formatted(exchange.path("number")));
        }
        var part = uploads.take(
                exchange.path("upload"), number, exchange.header(KEY).orElse(""), exchange.body());
        return new Answer(200, "", Map.of("ETag", tag(part)), _ -> {});
    }

    private Answer complete(Call call) throws IOException {
        Message message = call.message();
        List<Sent> sent = message.messages("parts").stream()
                .map(part -> new Sent(
                        Math.clamp(part.requiredInteger("part_number"), -1, Integer.MAX_VALUE),
                        part.text("etag").replace("\"", "").toLowerCase(Locale.ROOT)))
                .toList();
        Place place = place(call);
        var receipt = uploads.complete(call.permit(), place, message.required("upload_id"), sent);
        MlflowArtifacts.recordEnvironment(files, call.permit(), place, receipt);
        return Out.empty().receipt(receipt);
    }

    private Answer abort(Call call) throws IOException {
        uploads.abort(call.permit(), place(call), call.message().required("upload_id"));
        return Out.empty();
    }

    /** What is here of an upload: an addition, for who goes on with one. */
    private Answer parts(Call call) throws IOException {
        String id = call.message().required("upload_id");
        Place place = place(call);
        int count = uploads.count(call.permit(), place, id);
        var here = uploads.parts(call.permit(), place, id);
        return Out.answer(out -> out.integer("num_parts", (long) count)
                .list(
                        "parts",
                        here,
                        (each, part) -> each.integer("part_number", (long) part.number())
                                .text("etag", tag(part))
                                .integer("size", part.size())));
    }

    private static String tag(PartFiles.Part part) {
        return '"' + HexFormat.of().formatHex(part.sha256()) + '"';
    }

    /** The folder in the path, and the last name of {@code path}, which is where the file lies at the client. */
    private Place place(Call call) {
        String folder = ArtifactPath.checked(call.path("path"));
        String local = call.message().required("path");
        String name = local.substring(Math.max(local.lastIndexOf('/'), local.lastIndexOf('\\')) + 1);
        if (name.isEmpty()) {
            throw MlflowErrors.invalid("Invalid path");
        }
        return MlflowArtifacts.fileAt(files, call, ArtifactPath.checked(folder.isEmpty() ? name : folder + "/" + name));
    }
}
