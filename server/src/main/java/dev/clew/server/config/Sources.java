package dev.clew.server.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Where values come from, weakest first: a properties file, the environment ({@code CLEW_…}), {@code --set key=value}, the flags of a
 * command. Gathers what it cannot read as problems instead of failing at the first one. Confined to one thread.
 */
public final class Sources {
    /** A given value and where it was given. */
    public record Given(String value, String origin) {}

    /** Environment variables with the prefix that are no settings: of the command line client and of the launcher. */
    private static final List<String> NOT_SETTINGS =
            List.of("CLEW_TOKEN", "CLEW_SERVER", "CLEW_JAVA_OPTS", "CLEW_HOME", "CLEW_ROOT_KEY_FILE", "CLEW_TERMINAL");

    private final Map<String, Given> byKey = new LinkedHashMap<>();
    private final Map<String, Given> byVariable = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();

    /** Values of a properties file, UTF-8. */
    public Sources file(Path file) {
        try {
            var properties = new Properties();
            properties.load(new StringReader(Files.readString(file, StandardCharsets.UTF_8)));
            for (String key : new TreeMap<>(properties)
                    .keySet().stream().map(String::valueOf).toList()) {
                byKey.put(key, new Given(properties.getProperty(key).strip(), "file " + file.getFileName()));
            }
        } catch (NoSuchFileException e) {
            problems.add("The configuration file %s does not exist; give --config an existing file.".formatted(file));
        } catch (IOException | IllegalArgumentException e) {
            problems.add("The configuration file %s cannot be read as properties in UTF-8 (%s)."
                    .formatted(file, e.getMessage()));
        }
        return this;
    }

    /** Variables that begin with {@code CLEW_}; others are not ours. */
    public Sources environment(Map<String, String> variables) {
        variables.forEach((name, value) -> {
            if (name.startsWith("CLEW_") && !NOT_SETTINGS.contains(name)) {
                byVariable.put(name, new Given(value.strip(), "environment " + name));
            }
        });
        return this;
    }

    /** Values of {@code --set}, each {@code key=value}. */
    public Sources set(List<String> pairs) {
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                problems.add("--set %s is not key=value.".formatted(pair));
            } else {
                flag(
                        pair.substring(0, equals).strip(),
                        pair.substring(equals + 1).strip(),
                        "--set");
            }
        }
        return this;
    }

    /** The value a command's own flag gives a key. */
    public Sources flag(String key, String value, String origin) {
        byVariable.remove(Keys.variable(key));
        byKey.put(key, new Given(value, origin));
        return this;
    }

    Map<String, Given> byKey() {
        return byKey;
    }

    Map<String, Given> byVariable() {
        return byVariable;
    }

    List<String> problems() {
        return problems;
    }
}
