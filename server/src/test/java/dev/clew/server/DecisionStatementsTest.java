package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.config.Sources;
import dev.clew.server.journal.SharedGroup;
import dev.clew.server.journal.WatchedDatabase;
import dev.clew.server.storage.SqliteDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group of decisions asks the store as often for many clients as for few, whoever they are about. */
class DecisionStatementsTest {
    private static final int PROJECT = Scopes.DEFAULT_PROJECT;
    private static final Permit PERMIT = Permit.system(Permission.DECISION_APPEND, PROJECT);

    private WatchedDatabase database;
    private SampleInstance instance;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        var config = Config.read(new Sources()
                        .set(List.of(
                                "ledger.anchor_file=" + directory.resolve("anchor"),
                                "ledger.checkpoint_within=1h",
                                "data.dir=" + directory)))
                .values();
        database = new WatchedDatabase(SqliteDatabase.open(directory.resolve("clew.db")));
        instance = new SampleInstance(database, directory, config, SharedGroup.CONFIG);
        // The first of all makes what later ones find.
        decide("{\"features\": {\"age\": 1}}");
        // The first checkpoint is a row too; the next one is an hour away.
        assertThat(instance.ledgers().awaitIntegrated(0, Duration.ofSeconds(20)))
                .isTrue();
    }

    @AfterEach
    void close() {
        instance.close();
    }

    private void decide(String item) {
        try {
            var accepted = instance.ingesting()
                    .ingest(
                            PERMIT,
                            Scopes.DEFAULT_NAMESPACE,
                            Scopes.DEFAULT_WORKSPACE,
                            PROJECT,
                            new ByteArrayInputStream(item.getBytes(StandardCharsets.UTF_8)));
            assertThat(accepted.items()).hasSize(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aboutNobody() throws Exception {
        SharedGroup.assertSameStatements(instance.journal(), database, i -> decide("""
            {"client_id": "n-%d", "features": {"age": %d}, "outcome": "denied"}\
            """.formatted(i, i)));
    }

    @Test
    void aboutPersonsNewAndKnown() throws Exception {
        for (String round : List.of("new", "known")) {
            SharedGroup.assertSameStatements(instance.journal(), database, i -> decide("""
                {"client_id": "%s-%d", "features": {"age": %d}, "outcome": "denied",
                 "subject": {"namespace": "customer", "id": "%d"}}\
                """.formatted(round, i, i, i)));
        }
    }

    @Test
    void sentAgain() throws Exception {
        String item = "{\"client_id\": \"a-%d\", \"features\": {\"age\": %d}, \"outcome\": \"denied\"}";
        for (int i = 0; i < SharedGroup.MANY; i++) {
            decide(item.formatted(i, i));
        }
        // Half of them anew, so that there is something to write.
        SharedGroup.assertSameStatements(
                instance.journal(), database, i -> decide(item.formatted(i % 2 == 0 ? i : i + 1_000, i)));
    }
}
