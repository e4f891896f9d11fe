package dev.clew.server.cli.demo;

import dev.clew.server.storage.Database;
import dev.clew.server.storage.DatabaseUrl;
import dev.clew.server.storage.FileTrees;
import dev.clew.server.storage.PostgresDatabase;
import dev.clew.server.storage.PostgresSchema;
import dev.clew.server.storage.SqliteDatabase;
import dev.clew.server.storage.Writer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A copy of the story's data directory and, where its tables are in PostgreSQL, of those: to be damaged and checked. */
final class DamagedCopy implements AutoCloseable {
    private static final String SCHEMA = "clew_demo_damaged";

    private final Path directory;
    private final @Nullable String databaseUrl;

    private DamagedCopy(Path directory, @Nullable String databaseUrl) {
        this.directory = directory;
        this.databaseUrl = databaseUrl;
    }

    /** What a check ended with. */
    record Checked(int exit, List<String> lines) {
        boolean names(String word) {
            return lines.stream().anyMatch(line -> line.contains(word));
        }
    }

    /** Copies what is served now; nothing is written meanwhile, for the story does nothing else. */
    static DamagedCopy of(Stage stage) throws IOException {
        Path directory = stage.data().resolveSibling(stage.data().getFileName() + "-damaged");
        copy(stage.data(), directory);
        String served = stage.databaseUrl();
        if (served == null) {
            return new DamagedCopy(directory, null);
        }
        String url = PostgresSchema.in(served, SCHEMA);
        PostgresSchema.copy(url, DemoCommand.SCHEMA, SCHEMA);
        return new DamagedCopy(directory, url);
    }

    /** Everything but the lock. */
    private static void copy(Path from, Path to) throws IOException {
        FileTrees.delete(to);
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

    /** The first file below a folder, if there is one. */
    Optional<Path> first(String folder) throws IOException {
        Path start = directory.resolve(folder);
        if (!Files.isDirectory(start)) {
            return Optional.empty();
        }
        try (var files = Files.walk(start)) {
            return files.filter(Files::isRegularFile).min(Comparator.naturalOrder());
        }
    }

    static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    /** Changes rows behind the journal's back. */
    void change(String text, Consumer<Writer.Change> binds) {
        try (Database database = databaseUrl == null
                        ? SqliteDatabase.open(directory.resolve("clew.db"))
                        : PostgresDatabase.open(DatabaseUrl.parse(databaseUrl));
                Writer writer = database.openWriter()) {
            writer.begin();
            Writer.Change change = writer.change(text);
            binds.accept(change);
            change.run();
            writer.commit();
        }
    }

    /** Runs the command in a process of its own, as anybody would. */
    Checked fsck() throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.clew.server.Main"));
        command.addAll(List.of("fsck", directory.toString(), "--state"));
        // The served original goes on, so the copy would rightly be called an older one: it gets an anchor of its own.
        command.addAll(List.of("--set", "ledger.anchor_file=" + directory.resolve("anchor")));
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        if (databaseUrl != null) {
            // Not an argument: others may list those.
            builder.environment().put("CLEW_DATA_DATABASE_URL", databaseUrl);
        }
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            return new Checked(process.waitFor(), said.lines().toList());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Removes it. */
    @Override
    public void close() throws IOException {
        FileTrees.delete(directory);
        if (databaseUrl != null) {
            PostgresSchema.drop(databaseUrl, SCHEMA);
        }
    }
}
