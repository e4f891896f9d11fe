package dev.clew.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Reads the published and the format's own test vectors. */
public final class Vectors {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNode ROOT = read("/vectors/ledger-vectors.json");

    private Vectors() {}

    public static JsonNode section(String name) {
        return Objects.requireNonNull(ROOT.get(name), name);
    }

    public static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    public static byte[] hex(JsonNode text) {
        return hex(text.asText());
    }

    public static List<byte[]> hexes(JsonNode array) {
        List<byte[]> list = new ArrayList<>();
        array.forEach(item -> list.add(hex(item)));
        return list;
    }

    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    public static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Leaf data of the tree section. */
    public static byte[] leaf(long index) {
        return ascii("clew leaf " + index);
    }

    /** All probes of one kind: {@code inclusion} or {@code consistency}. */
    public static Stream<Path> probes(String kind) {
        Path root = Path.of("src/test/resources/vectors/merkle", kind);
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(path -> path.toString().endsWith(".json")).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JsonNode read(Path file) {
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode read(String resource) {
        try (InputStream in = Objects.requireNonNull(Vectors.class.getResourceAsStream(resource))) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
