package dev.clew.server;

import static dev.clew.server.TestServer.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.storage.EveryEngine;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log over HTTP: who may read which part of it, and how its entries are found. */
@EveryEngine
class LedgerServeTest {
    private static final String ENTRIES = "/api/clew/v1/ledger/entries";
    private static final String CHECKPOINT = "/ledger/checkpoint";
    private static final String POLICY = "/ledger/policy";

    @TempDir
    Path root;

    private TestServer open(String who) throws Exception {
        return TestServer.open(root, "ledger.public=" + who)
                .withAdministrator()
                .withUser("eve", "AU", "instance")
                .withUser("vera", "VW");
    }

    /** Size that the newest checkpoint signs: its second line. */
    private static long size(TestServer server) throws Exception {
        return Long.parseLong(expect(200, server.get("eve", CHECKPOINT))
                .text()
                .lines()
                .toList()
                .get(1));
    }

    private static int status(TestServer server, String who, String path) throws Exception {
        return server.get(who, path).status();
    }

    @Test
    void nothingIsPublicUnlessItIsSaid() throws Exception {
        try (var server = open("none")) {
            String partial = ".p/" + size(server) % 256;
            for (String path :
                    List.of(CHECKPOINT, POLICY, "/ledger/tile/0/000" + partial, "/ledger/tile/entries/000" + partial)) {
                assertThat(status(server, "", path)).as(path).isEqualTo(401);
                assertThat(status(server, "eve", path)).as(path).isEqualTo(200);
            }
            assertThat(status(server, "vera", "/ledger/tile/entries/000" + partial))
                    .isIn(403, 404);
        }
    }

    @Test
    void hashesMayBePublicWithoutTheEntries() throws Exception {
        try (var server = open("hashes")) {
            String partial = ".p/" + size(server) % 256;
            for (String path : List.of(CHECKPOINT, POLICY, "/ledger/tile/0/000" + partial)) {
                assertThat(status(server, "", path)).as(path).isEqualTo(200);
            }
            assertThat(status(server, "", "/ledger/tile/entries/000" + partial)).isEqualTo(401);
            assertThat(status(server, "", ENTRIES)).isEqualTo(401);
        }
    }

    @Test
    void allOfItMayBePublicAndTheApplicationsViewIsNot() throws Exception {
        try (var server = open("all")) {
            long size = size(server);
            String partial = ".p/" + size % 256;
            for (String path :
                    List.of(CHECKPOINT, POLICY, "/ledger/tile/0/000" + partial, "/ledger/tile/entries/000" + partial)) {
                assertThat(status(server, "", path)).as(path).isEqualTo(200);
            }
            for (String path : List.of(
                    "/ledger/tile/0/000",
                    "/ledger/tile/0/000.p/256",
                    "/ledger/tile/0/001.p/1",
                    "/ledger/tile/9/000.p/1",
                    "/ledger/tile/0/x",
                    "/ledger/tile/entries/../0/000",
                    "/ledger/tile/entries/%2e%2e/%2e%2e/checkpoint")) {
                assertThat(status(server, "", path)).as(path).isIn(400, 404);
            }
            assertThat(status(server, "", ENTRIES)).isEqualTo(401);
            assertThat(status(server, "vera", ENTRIES)).isEqualTo(403);
        }
    }

    @Test
    void entriesAreFoundByWhatByWhomWhenAndAfterWhich() throws Exception {
        try (var server = open("none").withUser("dora", "DS").withUser("dan", "DS")) {
            String run = expect(200, server.post("dora", "/api/2.0/mlflow/runs/create", "{\"experiment_id\": \"0\"}"))
                    .json()
                    .at("/run/info/run_id")
                    .textValue();
            Instant between = Instant.now();
            String tag = "{\"run_id\": \"%s\", \"key\": \"team\", \"value\": \"risk\"}".formatted(run);
            expect(200, server.post("dan", "/api/2.0/mlflow/runs/set-tag", tag));
            assertThat(acts(server, "?resource=run:" + run)).containsExactly("run.update", "run.create");
            assertThat(acts(server, "?resource=run:" + run + "&actor=dan")).containsExactly("run.update");
            assertThat(acts(server, "?resource=run:" + run + "&action=run.create"))
                    .containsExactly("run.create");
            assertThat(acts(server, "?resource=run:" + run + "&from=" + between))
                    .containsExactly("run.update");
            assertThat(acts(server, "?resource=run:" + run + "&to=" + between)).containsExactly("run.create");
            JsonNode newest =
                    expect(200, server.get("eve", ENTRIES + "?limit=1")).json().at("/items/0");
            long seq = newest.path("seq").longValue();
            assertThat(acts(server, "?after=" + (seq - 1)))
                    .containsExactly(newest.path("act").textValue());
            assertThat(acts(server, "?after=" + seq)).isEmpty();
            assertThat(server.get("eve", ENTRIES + "?after=x").status()).isEqualTo(400);
            assertThat(server.get("eve", ENTRIES + "?from=yesterday").status()).isEqualTo(400);
            assertThat(server.get("eve", ENTRIES + "?action=run.sing").status()).isEqualTo(400);
            assertThat(server.get("eve", ENTRIES + "/" + (seq + 1_000)).status())
                    .isEqualTo(404);
            // Once a record is signed, so is what was before it.
            expect(
                    201,
                    server.withUser("scorer", "Ss")
                            .post("scorer", "/api/clew/v1/decisions?ack=integrated", "{\"features\": {}}"));
            assertThat(expect(200, server.get("eve", "/api/clew/v1/ledger/proof?index=" + seq))
                            .text())
                    .startsWith("c2sp.org/tlog-proof@v1\n");
        }
    }

    private static List<String> acts(TestServer server, String query) throws Exception {
        var acts = new ArrayList<String>();
        expect(200, server.get("eve", ENTRIES + query))
                .json()
                .path("items")
                .forEach(entry -> acts.add(entry.path("act").textValue()));
        return acts;
    }
}
