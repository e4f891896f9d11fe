package dev.clew.server.http;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.server.common.Permission;
import org.junit.jupiter.api.Test;

/** What a route has to say of itself, else the server does not start. */
class RouteTest {
    @Test
    void aRouteNamesAPermissionOrSaysWhyItIsPublic() {
        assertThatThrownBy(() -> Route.get("/things").handle(_ -> Answer.text(200, "OK")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("GET /things must name a permission or say why it is public");
        assertThatThrownBy(() -> Route.get("/things")
                        .permission(Permission.RUN_READ)
                        .open("and yet it is public")
                        .handle(_ -> Answer.text(200, "OK")))
                .isInstanceOf(IllegalStateException.class);
    }
}
