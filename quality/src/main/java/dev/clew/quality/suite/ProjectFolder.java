package dev.clew.quality.suite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.QualityException;
import dev.clew.quality.QualityException.Code;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A project folder of Great Expectations 1.x: {@code checkpoints/} name validation definitions, {@code validation_definitions/} name
 * suites, and {@code expectations/} holds them. Of a checkpoint the result format counts; what it does afterwards is not for us. Stateless.
 */
final class ProjectFolder {
    private ProjectFolder() {}

    /** Whether a document only names the suite that is meant. */
    static boolean isReference(JsonNode root) {
        return root.path("validation_definitions").isArray()
                || root.path("suite").path("name").isTextual()
                        && !root.path("suite").has("expectations");
    }

    /** The suite that a checkpoint or validation definition names. */
    static Suite suite(Path file, JsonNode root) {
        if (!root.path("validation_definitions").isArray()) {
            return named(file, root, null);
        }
        List<String> names = new ArrayList<>();
        root.get("validation_definitions")
                .forEach(each -> names.add(each.path("name").asText("?")));
        if (names.size() != 1) {
            throw new QualityException(
                    Code.BAD_DOCUMENT,
                    "Checkpoint '%s' names %d validation definitions%s; run one of them."
                            .formatted(
                                    file.getFileName(),
                                    names.size(),
                                    names.isEmpty() ? "" : " (" + String.join(", ", names) + ")"));
        }
        JsonNode inside = root.get("validation_definitions").get(0);
        JsonNode definition =
                inside.has("suite") ? inside : Suite.json(beside(file, "validation_definitions", names.getFirst()));
        return named(file, definition, root.get("result_format"));
    }

    private static Suite named(Path file, JsonNode definition, @Nullable JsonNode format) {
        JsonNode given = definition.path("suite");
        Suite suite = given.has("expectations")
                ? Suite.parse(given.toString())
                : Suite.parse(Suite.json(
                                beside(file, "expectations", given.path("name").asText()))
                        .toString());
        if (format == null || format.isNull()) {
            return suite;
        }
        ObjectNode meta = suite.meta().deepCopy();
        ObjectNode clew = meta.get("clew") instanceof ObjectNode own ? own : meta.putObject("clew");
        clew.set("result_format", format.isTextual() ? JsonNodeFactory.instance.textNode(format.textValue()) : format);
        return new Suite(suite.name(), suite.expectations(), suite.parameters(), meta, suite.id());
    }

    /** {@code ../FOLDER/NAME.json}, where the project keeps it. */
    private static Path beside(Path file, String folder, String name) {
        Path project = file.toAbsolutePath().normalize().getParent();
        Path root = project == null ? null : project.getParent();
        Path inside = root == null ? null : root.resolve(folder);
        Path found = inside == null ? null : inside.resolve(name + ".json").normalize();
        if (name.isEmpty() || inside == null || found == null || !found.startsWith(inside)) {
            throw new QualityException(
                    Code.BAD_DOCUMENT,
                    "'%s' names '%s', which is no name of a file in %s/; give a suite of Great Expectations."
                            .formatted(file.getFileName(), name, folder));
        }
        return found;
    }
}
