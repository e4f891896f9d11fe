package dev.clew.server;

import static dev.clew.server.TestServer.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.ledger.encoding.Submission;
import dev.clew.server.common.FieldMap;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.JournalConfig;
import dev.clew.server.storage.JdbcKeyStore;
import dev.clew.server.storage.SqliteDatabase;
import dev.clew.server.vault.KeyVault;
import dev.clew.server.vault.SealedRecords;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records {@code authz.denied}: who was denied what, how often, and nothing of what he sent. */
class DenialsTest {
    private static final String MARKER = "Wendehals7319";
    private static final String DEPLOYMENTS = "/api/clew/v1/deployments";

    @TempDir
    Path root;

    /** One record as the ledger holds it. */
    private record Denied(String who, long scope, Map<Long, Object> body) {
        String what() {
            return body.get(1L) + " " + body.get(2L) + " x" + body.get(3L);
        }
    }

    @Test
    void whoWasDeniedWhatIsInTheLedgerWithoutWhatWasSent() throws Exception {
        String dora;
        String deployment;
        try (var server = TestServer.open(root)
                .withAdministrator()
                .withToken("ada")
                .withUser("dora", "DS")
                .withUser("dirk", "DP")) {
            dora = expect(200, server.get("dora", "/api/clew/v1/session")).field("who");
            expect(200, server.post("dora", "/api/2.0/mlflow/registered-models/create", "{\"name\": \"credit\"}"));
            expect(200, server.post("dora", "/api/2.0/mlflow/model-versions/create", """
                    {"name": "credit", "source": "s3://bucket/credit"}"""));
            String order = """
                    {"endpoint": "scoring", "model": "credit", "version": 1, "reason": {"text": "%s has to be scored"}}""".formatted(MARKER);
            deployment = expect(201, server.post("dirk", DEPLOYMENTS, order))
                    .json()
                    .at("/deployment/id")
                    .textValue();
            for (int i = 0; i < 3; i++) {
                expect(403, server.post("dora", DEPLOYMENTS, order));
            }
            expect(403, server.post("dirk", DEPLOYMENTS + "/" + deployment + "/end", "{}"));
            expect(403, server.get("ada", "/api/clew/v1/decisions?outcome=" + MARKER));
            expect(401, server.get("nobody", "/api/clew/v1/decisions"));
        }
        List<Denied> denied = denied();
        assertThat(denied.stream().map(Denied::what))
                .containsExactlyInAnyOrder(
                        "deployment.execute NO_GRANT x3",
                        "deployment.kill JUSTIFICATION_REQUIRED x1",
                        "decision.list NO_GRANT x1",
                        "decision.list UNAUTHENTICATED x1");
        Denied most = denied.stream()
                .filter(each -> each.what().endsWith("x3"))
                .findFirst()
                .orElseThrow();
        assertThat(most.who()).isEqualTo(dora);
        assertThat(most.scope()).isEqualTo(3);
        // Permission, code, count, first and last time: no field could hold what was sent.
        assertThat(most.body().keySet()).containsExactly(1L, 2L, 3L, 6L, 7L);
        assertThat((long) most.body().get(7L)).isGreaterThan((long) most.body().get(6L));
        Denied ending = denied.stream()
                .filter(each -> each.what().startsWith("deployment.kill"))
                .findFirst()
                .orElseThrow();
        // Which one was asked for is told to who knows it, by its HMAC.
        assertThat(ending.body().get(4L)).isEqualTo("deployment");
        assertThat((byte[]) ending.body().get(5L))
                .isEqualTo(vault().index("default", deployment.getBytes(StandardCharsets.UTF_8)));
        assertThat(denied.toString()).doesNotContain(MARKER).doesNotContain(deployment);
    }

    @Test
    void anAuditorOpensWhatDenialsSayAndTheLookIsRecorded() throws Exception {
        Map<String, String> tokens;
        String deployment;
        try (var server = TestServer.open(root)
                .withAdministrator()
                .withToken("ada")
                .withUser("dora", "DS")
                .withUser("dirk", "DP")
                .withUser("eve", "AU", "instance")) {
            tokens = Map.copyOf(server.tokens());
            expect(200, server.post("dora", "/api/2.0/mlflow/registered-models/create", "{\"name\": \"credit\"}"));
            expect(200, server.post("dora", "/api/2.0/mlflow/model-versions/create", """
                    {"name": "credit", "source": "s3://bucket/credit"}"""));
            String order = """
                    {"endpoint": "scoring", "model": "credit", "version": 1, "reason": {"text": "it has to be scored"}}""";
            deployment = expect(201, server.post("dirk", DEPLOYMENTS, order))
                    .json()
                    .at("/deployment/id")
                    .textValue();
            for (int i = 0; i < 3; i++) {
                expect(403, server.post("dora", DEPLOYMENTS, order));
            }
            expect(403, server.post("dirk", DEPLOYMENTS + "/" + deployment + "/end", "{}"));
        }
        try (var server = TestServer.open(root).as(tokens)) {
            List<JsonNode> told = told(server, "");
            assertThat(told).hasSize(2);
            JsonNode refused = one(told, "dora");
            assertThat(refused.path("who").textValue()).startsWith("usr:");
            assertThat(refused.path("permission").textValue()).isEqualTo("deployment.execute");
            assertThat(refused.path("code").textValue()).isEqualTo("NO_GRANT");
            assertThat(refused.path("count").intValue()).isEqualTo(3);
            assertThat(refused.path("scope").intValue()).isEqualTo(3);
            assertThat(refused.hasNonNull("thing")).isFalse();
            assertThat(Instant.parse(refused.path("first").textValue()))
                    .isBefore(Instant.parse(refused.path("last").textValue()));
            JsonNode ending = one(told, "dirk");
            assertThat(ending.path("code").textValue()).isEqualTo("JUSTIFICATION_REQUIRED");
            assertThat(ending.path("kind").textValue()).isEqualTo("deployment");
            assertThat(ending.toString()).doesNotContain(deployment);
            // Whoever knows the id finds what was denied about it.
            assertThat(told(server, "?thing=" + deployment)).containsExactly(ending);
            assertThat(told(server, "?thing=another")).isEmpty();
            long batch = batches(server).getFirst();
            String path = "/api/clew/v1/ledger/entries/%d/denials".formatted(batch);
            for (String who : List.of("dora", "dirk", "ada")) {
                assertThat(server.get(who, path).status()).as(who).isEqualTo(404);
            }
            assertThat(expect(200, server.get("eve", "/api/clew/v1/ledger/entries/0/denials"))
                            .json()
                            .path("items"))
                    .isEmpty();
            var records = new DenialRecords(server, "eve");
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (records.looksOf("eve").size() < 2 && System.nanoTime() < end) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
            assertThat(records.looksOf("eve"))
                    .as("one for each batch that told something, none where nothing was shown")
                    .hasSizeBetween(2, 3);
        }
    }

    private static JsonNode one(List<JsonNode> told, String name) {
        return told.stream()
                .filter(each -> each.path("name").textValue().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<Long> batches(TestServer server) throws Exception {
        var found = new ArrayList<Long>();
        expect(200, server.get("eve", "/api/clew/v1/ledger/entries?limit=1000&action=record.batch"))
                .json()
                .path("items")
                .forEach(entry -> found.add(entry.path("seq").asLong()));
        return found;
    }

    /** What all batches tell to the auditor. */
    private static List<JsonNode> told(TestServer server, String query) throws Exception {
        var told = new ArrayList<JsonNode>();
        for (long seq : batches(server)) {
            expect(200, server.get("eve", "/api/clew/v1/ledger/entries/%d/denials%s".formatted(seq, query)))
                    .json()
                    .path("items")
                    .forEach(told::add);
        }
        return told;
    }

    private KeyVault vault() {
        Path keys = root.resolve("data/keys");
        return KeyVault.open(
                keys.resolve("root.key"), JdbcKeyStore.openSqlite(keys.resolve("vault.db")), InstantSource.system());
    }

    /** What the stopped directory holds, opened as who has its keys may. */
    private List<Denied> denied() {
        var found = new ArrayList<Denied>();
        try (var vault = vault();
                var database = SqliteDatabase.open(root.resolve("data/clew.db"));
                var journal = Journal.on(database, InstantSource.system(), JournalConfig.DEFAULT)
                        .recordKeys(new VaultRecordKeys(vault))
                        .open()) {
            var records = journal.records();
            for (var batch : records.batches("default", -1, 1_000)) {
                for (var stored : records.ofBatch(batch.seq())) {
                    Submission said = Submission.decode(stored.submission());
                    if (said.act().equals("authz.denied")) {
                        byte[] body = SealedRecords.open(vault, stored.submission(), stored.keyId(), stored.body())
                                .orElseThrow();
                        found.add(new Denied(said.who(), said.scope(), new TreeMap<>(FieldMap.read(body))));
                    }
                }
            }
        }
        return found;
    }
}
