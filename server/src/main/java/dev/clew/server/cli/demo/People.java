package dev.clew.server.cli.demo;

import dev.clew.server.cli.Connection;
import dev.clew.server.cli.demo.Stage.Part;
import java.util.Map;

/** Act 1: principals with separate duties, each with a token. */
final class People {
    private People() {}

    /** @param operator the connection of the machine's own operator, as {@code clew user add} uses it */
    static void play(Stage stage, Connection operator) {
        stage.act("Seven parties with separate duties, each with a token");
        for (Part part : Part.values()) {
            boolean service = part == Part.SCORER;
            operator.post(
                    "/api/clew/v1/users",
                    service
                            ? Map.of(
                                    "name", part.login,
                                    "role", part.role,
                                    "service", true,
                                    "owner", Part.SECURITY.login)
                            : Map.of("name", part.login, "role", part.role));
            String token = operator.post(
                            "/api/clew/v1/tokens", Map.of("user", part.login, "name", "demo", "expires", tomorrow()))
                    .path("token")
                    .textValue();
            stage.enter(part, token);
            if (part != Part.SECURITY) {
                stage.say("%-18s role %s".formatted(part.login, part.role));
            }
        }
        stage.expect(
                stage.server().send("GET", "/api/clew/v1/users", null, "").statusCode() == 401,
                "since there are users, nobody gets in without a token");
    }

    private static String tomorrow() {
        return java.time.Instant.now().plusSeconds(86_400).toString();
    }
}
