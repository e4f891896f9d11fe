package dev.clew.server.tracking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.common.Json;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code requirements.txt} and {@code python_env.yaml} beside a model say of where it was made, as one canonical document
 * (RFC 8785): {@code {"python":{"packages":[{"name":…,"version":…}],"version":…}}}, packages by name. Its SHA-256 is the
 * environment's uid, so equal files mean the same environment.
 */
final class EnvironmentDocument {
    private static final Pattern PINNED =
            Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*)(?:\\[[^\\]]*\\])?\\s*={2,3}\\s*([A-Za-z0-9.!+_-]+)");
    private static final Pattern NAMED = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*)[^\\p{Cntrl}]*");
    private static final Pattern PYTHON = Pattern.compile("(?m)^python:\\s*[\"']?([0-9][0-9A-Za-z.+-]*)[\"']?\\s*$");
    private static final int MAX_PACKAGES = 10_000;

    private EnvironmentDocument() {}

    /** Empty when the files name no package. Lines that pin nothing are kept as they are; options and comments are not. */
    static Optional<byte[]> of(String requirements, @Nullable String pythonEnv) {
        Map<String, ObjectNode> packages = new TreeMap<>();
        requirements.lines().limit(MAX_PACKAGES).map(EnvironmentDocument::code).forEach(line -> {
            var pinned = PINNED.matcher(line);
            var named = NAMED.matcher(line);
            if (pinned.matches()) {
                String name = normal(pinned.group(1));
                packages.put(name, named(name).put("version", pinned.group(2)));
            } else if (named.matches()) {
                String name = normal(named.group(1));
                packages.put(name, named(name).put("source", line));
            }
        });
        if (packages.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode python = Json.MAPPER.createObjectNode();
        python.putArray("packages").addAll(packages.values());
        var version = PYTHON.matcher(pythonEnv == null ? "" : pythonEnv);
        if (version.find()) {
            python.put("version", version.group(1));
        }
        ObjectNode document = Json.MAPPER.createObjectNode();
        document.set("python", python);
        try {
            return Optional.of(Json.MAPPER.writeValueAsBytes(document));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ObjectNode named(String name) {
        return Json.MAPPER.createObjectNode().put("name", name);
    }

    /** A line without its comment, marker and blanks. */
    private static String code(String line) {
        String code = line.strip();
        int comment = code.startsWith("#") ? 0 : code.indexOf(" #");
        code = comment < 0 ? code : code.substring(0, comment);
        int marker = code.indexOf(';');
        return (marker < 0 ? code : code.substring(0, marker)).strip();
    }

    /** PEP 503. */
    private static String normal(String name) {
        return name.replaceAll("[-_.]+", "-").toLowerCase(Locale.ROOT);
    }
}
