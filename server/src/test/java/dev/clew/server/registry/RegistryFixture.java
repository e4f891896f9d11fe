package dev.clew.server.registry;

import dev.clew.server.common.Duties;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Reason;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.deployments.Approvals;
import dev.clew.server.deployments.Policies;
import dev.clew.server.journal.Body;
import dev.clew.server.journal.JournalFixture;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.search.FilterParser;
import dev.clew.server.search.OrderParser;
import dev.clew.server.search.Vocabulary;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A registry on a real journal, with approvals that protect {@code champion}, {@code production} and {@code risk/gold}. */
final class RegistryFixture implements AutoCloseable {
    static final int WORKSPACE = Scopes.DEFAULT_WORKSPACE;
    static final int PROJECT = Scopes.DEFAULT_PROJECT;
    static final Permit ANN = permit("usr:ann");
    static final Permit BOB = permit("usr:bob");
    static final Vocabulary WORDS = Vocabulary.of()
            .entity("attribute")
            .entity("tag", "tags")
            .nullable("tag")
            .attribute("name", Vocabulary.Type.TEXT)
            .attribute("run_id", Vocabulary.Type.TEXT)
            .attribute("source_path", Vocabulary.Type.TEXT)
            .attribute("version_number", Vocabulary.Type.NUMBER)
            .attribute("creation_timestamp", Vocabulary.Type.NUMBER)
            .attribute("last_updated_timestamp", Vocabulary.Type.NUMBER)
            .lists("attribute.name", "attribute.run_id")
            .build();

    final JournalFixture journal;
    final FilesInMemory files = new FilesInMemory();
    final Registry registry;
    final Approvals approvals;

    RegistryFixture(Path folder) {
        this(JournalFixture.open(folder));
    }

    RegistryFixture(JournalFixture on) {
        journal = on;
        registry = new Registry(
                journal.journal(),
                journal.database(),
                files,
                this::approvals,
                (scope, text) -> plain(text),
                journal.clock());
        approvals = new Approvals(
                journal.journal(),
                journal.database(),
                registry.versions(),
                registry.contributors(),
                new Policies(List.of("champion", "production", "risk/gold"), Policies.ApprovalNeeded.NONE),
                (scope, text) -> plain(text),
                registry::isAsRegistered,
                Supplier::get,
                () -> new Duties(who -> who, false),
                who -> who,
                journal.clock());
    }

    private Approvals approvals() {
        return approvals;
    }

    private static Body plain(String text) {
        return Body.plain("text/plain", text.getBytes(StandardCharsets.UTF_8));
    }

    static Permit permit(String who) {
        return new Permit(who, null, Permission.MODEL_WRITE, PROJECT, Permit.NEVER_STALE, null);
    }

    void tick() {
        journal.setNow(journal.clock().instant().plusSeconds(1));
    }

    RegisteredModel model(String name) {
        return registry.create(ANN, WORKSPACE, PROJECT, name, "", Map.of()).answer();
    }

    /** Registers a version from somewhere else. */
    VersionView version(String name) {
        return version(name, "s3://bucket/" + name, Map.of());
    }

    VersionView version(String name, String source, Map<String, String> tags) {
        return registry.register(ANN, WORKSPACE, name, new Registration(source, null, null, "", "", tags))
                .answer();
    }

    void alias(String name, String alias, long number) {
        registry.setAlias(ANN, WORKSPACE, name, alias, Long.toString(number));
    }

    /** Ann asks, Bob, who had no part in it, grants. */
    void approve(String name, long number) {
        var asked = approvals
                .request(ANN, WORKSPACE, name, Long.toString(number), 1, Reason.of(Reason.Code.PROMOTION, "better"))
                .answer();
        approvals.vote(BOB, Uid.parse(asked.id()), true, Reason.of(Reason.Code.PROMOTION, "looked at it"));
    }

    ModelSearch.Query query(String filter, List<String> order, int limit, @Nullable String token) {
        return new ModelSearch.Query(
                new AuthorizedScope(ANN, new int[] {PROJECT}, false),
                WORKSPACE,
                FilterParser.parse(WORDS, filter),
                OrderParser.parse(WORDS, order),
                limit,
                token);
    }

    @Override
    public void close() {
        journal.close();
    }
}
