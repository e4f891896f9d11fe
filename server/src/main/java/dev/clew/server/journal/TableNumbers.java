package dev.clew.server.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Numbers of tables, from the one file {@code tables.txt}: part of every digest, so never changed and never reused. */
public final class TableNumbers {
    private static final Map<String, Integer> NUMBERS = load();

    private TableNumbers() {}

    static int of(String table) {
        Integer number = NUMBERS.get(table);
        if (number == null) {
            throw new IllegalStateException(
                    "Table %s has no number in journal/tables.txt; add a line in its feature's range".formatted(table));
        }
        return number;
    }

    /** Name of a table; of an unknown number {@code table N}. */
    public static String name(int number) {
        return NUMBERS.entrySet().stream()
                .filter(entry -> entry.getValue() == number)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("table " + number);
    }

    private static Map<String, Integer> load() {
        var numbers = new HashMap<String, Integer>();
        try (var in = Objects.requireNonNull(
                TableNumbers.class.getResourceAsStream("tables.txt"), "journal/tables.txt is missing")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                String text = line.strip();
                if (text.isEmpty() || text.startsWith("#")) {
                    continue;
                }
                String[] parts = text.split("\\s+");
                if (numbers.put(parts[1], Integer.parseInt(parts[0])) != null
                        || numbers.values().stream().distinct().count() != numbers.size()) {
                    throw new IllegalStateException(
                            "journal/tables.txt: \"%s\" repeats a number or a name".formatted(text));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.copyOf(numbers);
    }
}
