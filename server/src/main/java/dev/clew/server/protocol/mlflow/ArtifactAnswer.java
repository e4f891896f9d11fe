package dev.clew.server.protocol.mlflow;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.http.Answer;
import dev.clew.server.storage.Blobs;
import dev.clew.server.tracking.StoredFile;
import dev.clew.server.tracking.TrackedFiles;
import dev.clew.server.tracking.TrackedFiles.Place;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The bytes of a file as an attachment: never shown by a browser, whatever they are. Whole or one range; streamed, one segment in
 * memory at a time.
 */
final class ArtifactAnswer {
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    /** Types by ending; what a person reads as text is text. */
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("gif", "image/gif"),
            Map.entry("webp", "image/webp"),
            Map.entry("pdf", "application/pdf"),
            Map.entry("zip", "application/zip"),
            Map.entry("gz", "application/gzip"),
            Map.entry("mp4", "video/mp4"),
            Map.entry("wav", "audio/x-wav"));

    private static final Set<String> TEXTS = Set.of(
            "txt",
            "log",
            "err",
            "cfg",
            "conf",
            "cnf",
            "cf",
            "ini",
            "properties",
            "prop",
            "hocon",
            "toml",
            "yaml",
            "yml",
            "xml",
            "json",
            "js",
            "py",
            "py3",
            "csv",
            "tsv",
            "md",
            "rst",
            "jsonnet",
            "mlmodel",
            "mlproject",
            "html",
            "svg");

    private ArtifactAnswer() {}

    /** @param shown the path as the client named it, for the error */
    static Answer of(Call call, TrackedFiles files, Place place, String shown) throws IOException {
        Optional<StoredFile> found = place.isRoot() ? Optional.empty() : files.file(place);
        if (found.isEmpty()) {
            throw place.isRoot() || files.isFolder(place)
                    ? MlflowErrors.invalid("\"%s\" is a folder; list it and read its files.".formatted(shown))
                    : unknown(shown);
        }
        StoredFile file = found.get();
        String tag = '"' + HexFormat.of().formatHex(file.sha256()) + '"';
        var headers = new LinkedHashMap<String, String>();
        headers.put("ETag", tag);
        headers.put("Last-Modified", date(file.storedAt()));
        headers.put("Accept-Ranges", "bytes");
        headers.put("Content-Disposition", disposition(name(file.path())));
        // Not compressed on the way: a range of a compressed file is no range of the file.
        headers.put("Cache-Control", "private, no-cache, no-transform");
        if (call.exchange().header("If-None-Match").filter(tag::equals).isPresent()) {
            return new Answer(304, "", Map.copyOf(headers), _ -> {});
        }
        Optional<Range> range = call.exchange()
                .header("Range")
                .filter(_ -> call.exchange().header("If-Range").map(tag::equals).orElse(true))
                .flatMap(text -> Range.parse(text, file.size()));
        if (range.isPresent() && range.get().isEmpty()) {
            headers.put("Content-Range", "bytes */" + file.size());
            return new Answer(416, "", Map.copyOf(headers), _ -> {});
        }
        Range wanted = range.orElse(new Range(0, file.size()));
        range.ifPresent(part -> headers.put(
                "Content-Range", "bytes %d-%d/%d".formatted(part.from, part.from + part.length - 1, file.size())));
        headers.put("Content-Length", Long.toString(wanted.length));
        Blobs.Opened blob = files.open(file.sha256())
                .orElseThrow(() -> new ClewException(
                        ErrorCode.BLOB_DAMAGED,
                        "The bytes of \"%s\" are not in the store any more; restore them from a backup."
                                .formatted(shown)));
        return new Answer(
                range.isPresent() ? 206 : 200, type(file.path()), Map.copyOf(headers), out -> copy(blob, wanted, out));
    }

    static ClewException unknown(String path) {
        return MlflowErrors.notFound("No such artifact: '%s'".formatted(path));
    }

    private static void copy(Blobs.Opened blob, Range range, OutputStream out) throws IOException {
        try (blob;
                InputStream bytes = blob.range(range.from, range.length)) {
            bytes.transferTo(out);
        }
    }

    /** Part of a file; of length 0 when it lies behind the end. */
    private record Range(long from, long length) {
        boolean isEmpty() {
            return length == 0;
        }

        /** One range; several, or what is none, count as no range, so that the whole file is sent. */
        static Optional<Range> parse(String text, long size) {
            var matcher = RANGE.matcher(text);
            if (!matcher.matches()
                    || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
                return Optional.empty();
            }
            if (matcher.group(1).isEmpty()) {
                long count = Math.min(size, Long.parseLong(matcher.group(2)));
                return Optional.of(new Range(size - count, count));
            }
            long from = Long.parseLong(matcher.group(1));
            long to = matcher.group(2).isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(matcher.group(2)));
            if (!matcher.group(2).isEmpty() && Long.parseLong(matcher.group(2)) < from) {
                return Optional.empty();
            }
            return Optional.of(new Range(from, from >= size ? 0 : to - from + 1));
        }
    }

    private static String date(long millis) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(
                Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC));
    }

    /** The name for every client: as it is where it is plain ASCII, and always encoded. */
    private static String disposition(String name) {
        boolean plain = name.chars().allMatch(c -> c >= 0x20 && c < 0x7f && c != '"' && c != '\\');
        String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
        return plain
                ? "attachment; filename=\"%s\"".formatted(name)
                : "attachment; filename*=UTF-8''%s".formatted(encoded);
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String type(String path) {
        String name = name(path).toLowerCase(Locale.ROOT);
        String ending = name.substring(name.lastIndexOf('.') + 1);
        return TEXTS.contains(ending)
                ? "text/plain; charset=utf-8"
                : TYPES.getOrDefault(ending, "application/octet-stream");
    }
}
