package dev.clew.server.cli.demo;

import dev.clew.server.storage.SqliteDatabase;
import dev.clew.server.storage.Writer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Act 9: a copy of the data is damaged in three ways, and {@code clew fsck --state} names each. */
final class Tampering {
    private static final String SEGMENTS = "decisions";
    private static final int SHOWN = 3;

    private Tampering() {}

    /** What a check of the copy ended with. */
    private record Checked(int exit, List<String> lines) {
        boolean names(String word) {
            return lines.stream().anyMatch(line -> line.contains(word));
        }
    }

    static void play(Stage stage) {
        stage.act("Somebody tampers with a copy of the data");
        Path copy = stage.data().resolveSibling(stage.data().getFileName() + "-damaged");
        try {
            copy(stage.data(), copy);
            Checked clean = fsck(copy);
            stage.expect(clean.exit() == 0, "clew fsck --state finds the untouched copy clean");

            flip(first(copy.resolve("ledger/tile/0")).orElseThrow());
            found(stage, fsck(copy), "tile", "a byte of a tile of the ledger");
            change(copy, "UPDATE run SET name = 'a-better-run' WHERE name = 'xgboost-german-credit'");
            found(stage, fsck(copy), "run", "a row of the runs, edited in the database");
            var segment = first(copy.resolve(SEGMENTS));
            if (segment.isPresent()) {
                flip(segment.get());
            } else {
                change(copy, "UPDATE hot_chunk SET subs = zeroblob(length(subs))");
            }
            found(stage, fsck(copy), segment.isPresent() ? "segment" : "chunk", "a batch of decisions");
            DemoCommand.deleteAll(copy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void found(Stage stage, Checked checked, String word, String what) {
        checked.lines().stream().limit(SHOWN).forEach(line -> stage.say("  " + line));
        stage.expect(checked.exit() == 1 && checked.names(word), "it names what was changed: " + what);
    }

    /** Runs the command in a process of its own, as anybody would. */
    private static Checked fsck(Path directory) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.clew.server.Main"));
        command.addAll(List.of("fsck", directory.toString(), "--state"));
        // The served original goes on, so the copy would rightly be called an older one: it gets an anchor of its own.
        command.addAll(List.of("--set", "ledger.anchor_file=" + directory.resolve("anchor")));
        // The served original goes on, so the copy would rightly be called an older one: it gets an anchor of its own.
        command.addAll(List.of("--set", "ledger.anchor_file=" + directory.resolve("anchor")));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            return new Checked(process.waitFor(), said.lines().toList());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Everything but the lock; nothing is written meanwhile, for the story does nothing else. */
    private static void copy(Path from, Path to) throws IOException {
        if (Files.exists(to)) {
            DemoCommand.deleteAll(to);
        }
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (!file.endsWith("clew.lock") && !file.toString().endsWith("-shm")) {
                    Files.copy(file, target);
                }
            }
        }
    }

    private static Optional<Path> first(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).min(Comparator.naturalOrder());
        }
    }

    private static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    private static void change(Path directory, String text) {
        try (var database = SqliteDatabase.open(directory.resolve("clew.db"));
                Writer writer = database.openWriter()) {
            writer.begin();
            writer.change(text).run();
            writer.commit();
        }
    }
}
