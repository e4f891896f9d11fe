package dev.clew.server;

import dev.clew.server.access.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The reviewed matrix of permissions and roles: the oracle, written apart from what the server reads. */
public final class PermissionMatrix {
    private static final Path FILE = Path.of("src/test/resources/golden/access/permissions.csv");

    private final Map<String, Map<String, String>> cells = new LinkedHashMap<>();

    private PermissionMatrix(List<String> lines) {
        String[] roles = lines.getFirst().split(",", -1);
        for (String line : lines.subList(1, lines.size())) {
            String[] row = line.split(",", -1);
            var byRole = new LinkedHashMap<String, String>();
            for (int i = 1; i < roles.length; i++) {
                byRole.put(roles[i], row[i]);
            }
            cells.put(row[0], byRole);
        }
    }

    public static PermissionMatrix read() {
        try {
            return new PermissionMatrix(Files.readAllLines(FILE).stream()
                    .filter(line -> !line.isBlank())
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public List<String> permissions() {
        return new ArrayList<>(cells.keySet());
    }

    /** @throws AssertionError for a permission without a row: no route may ask for one */
    public String cell(String permission, Role role) {
        var row = cells.get(permission);
        String cell = row == null ? null : row.get(role.code());
        if (cell == null) {
            throw new AssertionError("permissions.csv has no row for %s and %s".formatted(permission, role.code()));
        }
        return cell;
    }
}
