package dev.clew.server.cli.mlflow;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Files of a store on this machine. A location in a store is somebody's text: only what lies below one of the roots is read, symbolic
 * links resolved, so that a store cannot make its importer send other files away.
 */
final class LocalFiles {
    private static final String PROXIED = "mlflow-artifacts:";

    private final List<Path> roots;
    private final @Nullable Path proxied;

    /** @param proxied folder that stands for {@code mlflow-artifacts:/}, the destination a tracking server was given */
    LocalFiles(List<Path> roots, @Nullable Path proxied) {
        this.roots =
                roots.stream().filter(Files::isDirectory).map(LocalFiles::real).toList();
        this.proxied = proxied;
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize();
        }
    }

    /** @return why the files cannot be read, or null */
    @Nullable
    String read(String location, Source.FileSink sink) throws IOException {
        Path folder = path(location);
        if (folder == null) {
            return location.startsWith(PROXIED)
                    ? "they lie behind a tracking server: give the folder it kept them in with --artifacts, or import from the server"
                    : "they lie on " + scheme(location) + " and stay there";
        }
        if (!Files.isDirectory(folder)) {
            return null; // No file was ever logged.
        }
        Path real = folder.toRealPath();
        if (roots.stream().noneMatch(real::startsWith)) {
            return "they lie outside the store; allow their folder with --artifacts";
        }
        walk(real, real, sink);
        return null;
    }

    private static void walk(Path root, Path folder, Source.FileSink sink) throws IOException {
        List<Path> entries;
        try (var found = Files.list(folder)) {
            entries = found.sorted().toList();
        }
        for (Path entry : entries) {
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                walk(root, entry, sink);
            } else if (Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                sink.file(root.relativize(entry).toString().replace('\\', '/'), () -> Files.newInputStream(entry));
            }
        }
    }

    /** The folder of a location on this machine; null for locations elsewhere. */
    private @Nullable Path path(String location) {
        if (location.startsWith(PROXIED)) {
            Path base = proxied;
            return base == null
                    ? null
                    : base.resolve(location.substring(PROXIED.length()).replaceFirst("^(//[^/]*)?/+", ""));
        }
        if (location.startsWith("file:")) {
            try {
                String path = new URI(location.replace(" ", "%20")).getPath();
                return path == null ? null : Path.of(path);
            } catch (URISyntaxException e) {
                return Path.of(location.substring("file:".length()).replaceFirst("^//", ""));
            }
        }
        return scheme(location).isEmpty() ? Path.of(location) : null;
    }

    static boolean isLocal(String location) {
        return location.startsWith("file:") || scheme(location).isEmpty();
    }

    static String scheme(String location) {
        int colon = location.indexOf(":");
        return colon > 1 && location.substring(0, colon).matches("[A-Za-z][A-Za-z0-9+.-]*")
                ? location.substring(0, colon)
                : "";
    }
}
