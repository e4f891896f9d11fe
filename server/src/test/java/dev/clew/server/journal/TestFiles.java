package dev.clew.server.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks for bytes in every file below a directory: what is said to be gone must be in none, free pages and logs included. */
public final class TestFiles {
    private TestFiles() {}

    /** Files below the directory that hold these bytes anywhere. */
    public static List<Path> holding(Path directory, byte[] wanted) throws IOException {
        return below(directory).stream().filter(file -> isIn(file, wanted)).toList();
    }

    /** Files below the directory that hold any of these anywhere; each has at least 8 bytes. */
    public static List<Path> holdingAny(Path directory, List<byte[]> wanted) throws IOException {
        var byStart = new HashMap<Long, List<byte[]>>();
        for (byte[] each : wanted) {
            long start = ByteBuffer.wrap(each).getLong();
            byStart.computeIfAbsent(start, key -> new ArrayList<>()).add(each);
        }
        return below(directory).stream().filter(file -> isAnyIn(file, byStart)).toList();
    }

    private static boolean isAnyIn(Path file, Map<Long, List<byte[]>> byStart) {
        byte[] bytes = read(file);
        ByteBuffer all = ByteBuffer.wrap(bytes);
        for (int at = 0; at + Long.BYTES <= bytes.length; at++) {
            int from = at;
            if (byStart.getOrDefault(all.getLong(at), List.of()).stream()
                    .anyMatch(each -> from + each.length <= bytes.length
                            && Arrays.equals(each, 0, each.length, bytes, from, from + each.length))) {
                return true;
            }
        }
        return false;
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return new byte[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        byte[] bytes = read(file);
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
    }
}
