package dev.clew.quality.internal;

import dev.clew.quality.QualityException;
import dev.clew.quality.QualityException.Code;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A private temporary directory; it goes away with everything in it. */
public final class Workplace implements AutoCloseable {
    private final Path directory;

    private Workplace(Path directory) {
        this.directory = directory;
    }

    /** Makes one, readable by this user only. */
    public static Workplace under(Path parent) {
        try {
            return new Workplace(
                    Files.createTempDirectory(parent, "clew-table-").toRealPath());
        } catch (IOException e) {
            throw new QualityException(
                    Code.OUT_OF_SPACE,
                    "No temporary directory could be made; name another one for temporary files, or make room.",
                    e);
        }
    }

    public Path path(String name) {
        return directory.resolve(name);
    }

    /** Makes a file known under a plain name, so that wildcards in its real name mean nothing and no message can hold it. */
    public Path link(Path file, String alias) {
        try {
            return Files.createSymbolicLink(path(alias), file.toRealPath());
        } catch (IOException e) {
            throw new QualityException(
                    Code.MISSING_FILE,
                    "File '%s' cannot be opened; check its permissions and those of the temporary directory."
                            .formatted(file.getFileName()),
                    e);
        }
    }

    /** Writes a text anew in UTF-8. */
    public Path utf8(Path file, Reader text, Charset encoding, String alias) {
        Path copy = path(alias);
        try (text;
                Writer out = Files.newBufferedWriter(copy)) {
            text.transferTo(out);
            return copy;
        } catch (CharacterCodingException e) {
            throw new QualityException(
                    Code.BAD_ENCODING,
                    "'%s' holds bytes that are not %s; state the right encoding or convert the file."
                            .formatted(file.getFileName(), encoding),
                    e);
        } catch (IOException e) {
            throw new QualityException(
                    Code.OUT_OF_SPACE,
                    "'%s' could not be converted from %s; its temporary copy needs as much room as the file."
                            .formatted(file.getFileName(), encoding),
                    e);
        }
    }

    @Override
    public void close() {
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                        throws IOException {
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            // The answer was already given; what is left is removed when the process ends.
            directory.toFile().deleteOnExit();
        }
    }
}
