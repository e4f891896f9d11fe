package dev.clew.server.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Looks for bytes in every file below a directory: what is said to be gone must be in none, free pages and logs included. */
public final class TestFiles {
    private TestFiles() {}

    /** Files below the directory that hold these bytes anywhere. */
    public static List<Path> holding(Path directory, byte[] wanted) throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> isIn(file, wanted))
                    .toList();
        }
    }

    private static boolean isIn(Path file, byte[] wanted) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            for (int at = 0; at <= bytes.length - wanted.length; at++) {
                int i = 0;
                while (i < wanted.length && bytes[at + i] == wanted[i]) {
                    i++;
                }
                if (i == wanted.length) {
                    return true;
                }
            }
            return false;
        } catch (java.nio.file.NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
