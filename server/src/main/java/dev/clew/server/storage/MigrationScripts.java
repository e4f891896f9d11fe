package dev.clew.server.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import javax.sql.DataSource;

/**
 * The migrations of this release, by script and checksum as the migrating library writes them down: whether a store is up to date is one
 * small read, and the library, which takes half of a start to get going, is needed only when something is to be done. Stateless.
 */
final class MigrationScripts {
    private static final String FOLDER = "db/migration/";
    private static final String SUFFIX = ".sql";

    private MigrationScripts() {}

    /** What is written down of a migration, but for when it ran and how long. */
    private record Applied(String version, String description, String type, String script, int checksum) {
        /** Of a script called {@code V032__some_words.sql}. */
        static Applied of(String script, int checksum) {
            String name = script.substring(script.lastIndexOf('/') + 1, script.length() - SUFFIX.length());
            int words = name.indexOf("__");
            return new Applied(
                    name.substring(1, words), name.substring(words + 2).replace('_', ' '), "SQL", script, checksum);
        }
    }

    /** Whether exactly these migrations were applied, each as it is here. False too when that cannot be read. */
    static boolean areApplied(DataSource source) {
        var applied = new HashSet<Applied>();
        try (var connection = source.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "SELECT version, description, type, script, checksum, success FROM schema_history")) {
            while (rows.next()) {
                if (!rows.getBoolean("success")) {
                    return false;
                }
                applied.add(new Applied(
                        String.valueOf(rows.getString("version")),
                        rows.getString("description"),
                        rows.getString("type"),
                        rows.getString("script"),
                        rows.getInt("checksum")));
            }
            return applied.equals(all().entrySet().stream()
                    .map(script -> Applied.of(script.getKey(), script.getValue()))
                    .collect(Collectors.toSet()));
        } catch (SQLException | IOException e) {
            // A new store has no such table; whatever else it is, the library finds out and says.
            return false;
        }
    }

    /** Checksum of every script, by its path below the folder. */
    static Map<String, Integer> all() throws IOException {
        var scripts = new HashMap<String, Integer>();
        for (URL folder :
                Collections.list(MigrationScripts.class.getClassLoader().getResources(FOLDER))) {
            if (folder.openConnection() instanceof JarURLConnection inJar) {
                add(scripts, inJar.getJarFile());
            } else {
                add(scripts, path(folder));
            }
        }
        return scripts;
    }

    private static void add(Map<String, Integer> scripts, JarFile jar) throws IOException {
        for (JarEntry entry : Collections.list(jar.entries())) {
            String name = entry.getName();
            if (name.startsWith(FOLDER) && name.endsWith(SUFFIX)) {
                try (InputStream in = jar.getInputStream(entry)) {
                    scripts.put(name.substring(FOLDER.length()), checksum(in));
                }
            }
        }
    }

    private static void add(Map<String, Integer> scripts, Path root) throws IOException {
        List<Path> files;
        try (var all = Files.walk(root)) {
            files = all.filter(each -> each.toString().endsWith(SUFFIX)).toList();
        }
        for (Path file : files) {
            try (InputStream in = Files.newInputStream(file)) {
                scripts.put(root.relativize(file).toString().replace('\\', '/'), checksum(in));
            }
        }
    }

    private static Path path(URL folder) throws IOException {
        try {
            return Path.of(folder.toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    /** CRC-32 of the lines without their ends. */
    private static int checksum(InputStream in) throws IOException {
        var crc = new CRC32();
        var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            crc.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return (int) crc.getValue();
    }
}
