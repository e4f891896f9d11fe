package dev.clew.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.server.PermissionMatrix;
import dev.clew.server.common.Permission;
import dev.clew.server.ports.Right;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RolesTest {
    private final PermissionMatrix matrix = PermissionMatrix.read();

    @Test
    void everyPermissionHasARowAndEveryRowAPermission() {
        assertThat(matrix.permissions())
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Permission.values()).map(Permission::text).toList());
    }

    @Test
    void whatTheServerReadsIsTheReviewedMatrix() {
        for (Role role : Role.values()) {
            int[] rights = role.rights();
            for (Permission permission : Permission.values()) {
                int bits = rights[permission.ordinal()];
                String cell = Arrays.stream(Right.values())
                        .filter(right -> (bits & right.bit()) != 0)
                        .map(Right::cell)
                        .collect(Collectors.joining("+"));
                assertThat(cell.isEmpty() ? "." : cell)
                        .as("%s × %s", permission.text(), role.code())
                        .isEqualTo(matrix.cell(permission.text(), role));
            }
        }
    }

    @Test
    void whoAuditsWritesNothing() {
        int[] rights = Role.AU.rights();
        for (Permission permission : Permission.values()) {
            if ((rights[permission.ordinal()] & Right.ALLOWED.bit()) != 0) {
                assertThat(permission.text()).matches(".*\\.(read|list|verify|export|run)");
            }
        }
    }
}
