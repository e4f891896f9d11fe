package dev.clew.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.VisibleText;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clew user}: who may use the server. Every change is an entry. */
@Command(
        name = "user",
        description = "Make and list users and service accounts.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {UserCommand.Add.class, UserCommand.ListAll.class})
final class UserCommand {
    private static final String PATH = "/api/clew/v1/users";

    /** {@code clew user add}. */
    @Command(name = "add", description = "Make a user or service account with a role.", mixinStandardHelpOptions = true)
    static final class Add implements Callable<Integer> {
        @Mixin
        ServerOptions server = new ServerOptions();

        @Parameters(paramLabel = "NAME", description = "What people call it.")
        String name = "";

        @Option(
                names = "--role",
                paramLabel = "CODE",
                description =
                        "VW viewer, DS data scientist, DE data engineer, RV reviewer, AP approver, DP deployer, OP operator, CW case worker, AU auditor, PO privacy officer, CO compliance officer, SA security administrator, PA platform administrator, KC key custodian, Si ingesting, Ss serving, Sc CI service. The first user is SA.")
        @Nullable
        String role;

        @Option(
                names = "--scope",
                paramLabel = "PATH",
                description =
                        "Where the role holds: instance, default, default/default or a project below it. Default is default/default; for SA, PA and KC instance.")
        @Nullable
        String scope;

        @Option(names = "--service", description = "A service account.")
        boolean service;

        @Option(
                names = "--owner",
                paramLabel = "NAME",
                description = "User who answers for a service account, or whose second account this is.")
        @Nullable
        String owner;

        @Option(names = "--json", description = "For programs.")
        boolean json;

        @Override
        public Integer call() {
            var body = new LinkedHashMap<String, Object>();
            body.put("name", name);
            put(body, "role", role);
            put(body, "scope", scope);
            put(body, "owner", owner);
            if (service) {
                body.put("service", true);
            }
            JsonNode made = server.call(true, connection -> connection.post(PATH, body));
            if (json) {
                Console.json(made);
            } else {
                Console.say("%s is %s%s"
                        .formatted(
                                made.path("name").asText(name),
                                made.path("id").asText(),
                                role == null ? "" : " with role " + role));
                Console.say("Make a token for it: clew token create --user " + name);
            }
            return ExitCode.OK;
        }

        private static void put(LinkedHashMap<String, Object> body, String field, @Nullable String value) {
            if (value != null) {
                body.put(field, value);
            }
        }
    }

    /** {@code clew user list}. */
    @Command(
            name = "list",
            description = "Users and service accounts with their roles.",
            mixinStandardHelpOptions = true)
    static final class ListAll implements Callable<Integer> {
        @Mixin
        ServerOptions server = new ServerOptions();

        @Option(names = "--json", description = "For programs.")
        boolean json;

        @Override
        public Integer call() {
            JsonNode found =
                    server.call(true, connection -> connection.get(PATH)).path("items");
            if (json) {
                Console.json(found);
                return ExitCode.OK;
            }
            if (found.isEmpty()) {
                Console.say("No user yet. The first one is a security administrator: clew user add NAME --role SA");
            }
            for (JsonNode user : found) {
                String roles = StreamSupport.stream(user.path("roles").spliterator(), false)
                        .map(grant -> grant.path("role").asText() + " in "
                                + grant.path("scope").asText())
                        .collect(Collectors.joining(", "));
                Console.say(VisibleText.of("%-24s %-32s %-10s %s"
                        .formatted(
                                user.path("name").asText(),
                                user.path("id").asText(),
                                user.path("state").asText(),
                                roles)));
            }
            return ExitCode.OK;
        }
    }
}
