package dev.clew.server.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** Looks for bytes in every file below a directory: what is said to be gone must be in none, free pages and logs included. */
public final class TestFiles {
    private TestFiles() {}

    /** Files below the directory that hold these bytes anywhere. */
    public static List<Path> holding(Path directory, byte[] wanted) throws IOException {
        return below(directory).stream().filter(file -> isIn(file, wanted)).toList();
    }

    /** Files below the directory whose name ends so. */
    public static List<Path> named(Path directory, String ending) throws IOException {
        return below(directory).stream()
                .filter(file -> String.valueOf(file.getFileName()).endsWith(ending))
                .toList();
    }

    /** A server that runs makes and removes files meanwhile. */
    private static List<Path> below(Path directory) throws IOException {
        var found = new ArrayList<Path>();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
        return found;
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
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
