package dev.clew.server;

import static dev.clew.server.TestServer.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.ledger.verify.Verifier;
import dev.clew.server.TestServer.Response;
import dev.clew.server.journal.TestFiles;
import dev.clew.server.privacy.ErasureLog;
import dev.clew.server.privacy.ErasureStep;
import dev.clew.server.storage.EveryEngine;
import dev.clew.server.storage.JdbcKeyStore;
import dev.clew.server.vault.KeyVault;
import dev.clew.server.vault.VaultSecrets;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Subjects' requests against the wired server: real vault, real journal, separate principals. */
@EveryEngine
class PrivacyTest {
    private static final String MARKER = "Wendehals7319";
    private static final String[] REVIEW = {
        "X-Clew-Reason", "request; asked in writing", "X-Clew-Purpose", "subject-request"
    };
    private static final String LOOKUP = "/api/clew/v1/subjects/lookup";

    @TempDir
    Path root;

    private TestServer withUsers(Consumer<ErasureStep> steps, String... settings) throws Exception {
        return TestServer.open(root, steps, settings)
                .withAdministrator()
                .withUser("scorer", "Ss")
                .withUser("cora", "CW")
                .withUser("otto", "PO")
                .withUser("olga", "PO");
    }

    private TestServer withUsers() throws Exception {
        return withUsers(step -> {});
    }

    private static String decision(String clientId, String subject, String text) {
        return """
                {"client_id": "%s", "features": {"age": 33, "job": "%s"}, "outcome": "denied", "score": 0.7,
                 "subject": {"namespace": "customer", "id": "%s"}, "protected": {"origin": "%s"}}""".formatted(clientId, text, subject, text);
    }

    /** Two decisions and some feedback on the person 42, one decision on another. */
    private static String recordsOf42(TestServer server) throws Exception {
        String id = expect(201, server.post("scorer", "/api/clew/v1/decisions", decision("a-1", "42", MARKER)))
                .field("id");
        expect(201, server.post("scorer", "/api/clew/v1/decisions", decision("a-2", "42", MARKER)));
        expect(201, server.post("scorer", "/api/clew/v1/decisions", decision("b-1", "43", "baker")));
        expect(201, server.post("cora", "/api/clew/v1/decisions/a-1/feedback", """
                {"kind": "complaint", "value": "open", "text": "%s objects"}""".formatted(MARKER)));
        return id;
    }

    private static String handle(TestServer server, String who, String subject) throws Exception {
        return expect(200, server.post(who, LOOKUP, """
                {"namespace": "customer", "id": "%s"}""".formatted(subject), REVIEW))
                .field("handle");
    }

    private static String requested(TestServer server, String who, String subject) throws Exception {
        Response asked = expect(
                202,
                server.post(
                        who,
                        "/api/clew/v1/subjects/" + handle(server, who, subject) + "/erase",
                        "{\"basis\": \"consent_withdrawn\", \"reason\": {\"code\": \"request\", \"text\": \"letter of "
                                + MARKER + "\"}}",
                        REVIEW));
        assertThat(asked.field("state")).isEqualTo("requested");
        return asked.field("erasure");
    }

    private static Response execute(TestServer server, String who, String erasure) throws Exception {
        return server.post(who, "/api/clew/v1/erasures/" + erasure + "/execute", "", REVIEW);
    }

    private static Response erasure(TestServer server, String erasure) throws Exception {
        return expect(200, server.get("otto", "/api/clew/v1/erasures/" + erasure));
    }

    @Test
    void aPersonIsErasedByTwoOthersAndEveryProofStillHolds() throws Exception {
        String id;
        String erasure;
        Map<String, String> tokens;
        Path before = root.resolve("before.tlog-proof");
        Path policy = root.resolve("trust");
        try (var server = withUsers()) {
            tokens = server.tokens();
            id = recordsOf42(server);
            Files.writeString(policy, server.get("", "/ledger/policy").text());
            Files.writeString(before, proof(server, id));
        }
        List<byte[]> secrets = VaultSecrets.of(root.resolve("data/keys"), "default", "customer", "42");
        assertThat(TestFiles.holding(root.resolve("data"), secrets.getFirst())).isNotEmpty();
        try (var server = TestServer.open(root).as(tokens)) {
            allThatIsHeld(server, id);
            erasure = requested(server, "cora", "42");
            assertThat(erasure(server, erasure).json().has("text")).isFalse();
            assertThat(expect(200, server.get("otto", "/api/clew/v1/erasures/" + erasure + "?reveal=true", REVIEW))
                            .field("text"))
                    .isEqualTo("letter of " + MARKER);
            assertThat(execute(server, "cora", erasure).status()).isIn(403, 404);
            assertThat(expect(200, execute(server, "otto", erasure)).field("state"))
                    .isEqualTo("verified");
            assertGone(server, id, erasure, secrets);

            Path after = root.resolve("after.tlog-proof");
            Files.writeString(after, proof(server, id));
            for (Path bundle : List.of(before, after)) {
                assertThat(Verifier.verifyFile(bundle, Optional.of(policy), Optional.of(id))
                                .exitCode())
                        .isZero();
            }
            for (JsonNode entry : erasure(server, erasure).json().path("entries")) {
                Path bundle = root.resolve("entry-" + entry.path("seq").asText());
                Files.writeString(bundle, entryProof(server, entry.path("proof").textValue()));
                assertThat(Verifier.verifyFile(bundle, Optional.of(policy), Optional.empty())
                                .exitCode())
                        .isZero();
            }
        }
        assertNoFileHolds(secrets);
        try (var server = TestServer.open(root).as(tokens)) {
            assertGone(server, id, erasure, secrets);
            assertThat(expect(201, server.post("scorer", "/api/clew/v1/decisions", decision("a-1", "42", "clerk")))
                            .field("status"))
                    .isEqualTo("created");
            assertThat(handle(server, "cora", "42")).isNotEmpty();
        }
    }

    @Test
    void aPersonWhoseRecordsLieInSegmentsIsErasedThereToo() throws Exception {
        String id;
        Map<String, String> tokens;
        try (var server = withUsers(step -> {}, "segments.max_chunks=1")) {
            tokens = server.tokens();
            id = recordsOf42(server);
            while (TestFiles.named(root, ".bod").isEmpty()) {
                Thread.onSpinWait();
            }
        }
        List<byte[]> secrets = VaultSecrets.of(root.resolve("data/keys"), "default", "customer", "42");
        try (var server = TestServer.open(root, "segments.max_chunks=1").as(tokens)) {
            String handle = handle(server, "cora", "42");
            assertThat(expect(200, server.get("cora", "/api/clew/v1/subjects/" + handle + "/access", REVIEW))
                            .json()
                            .path("items"))
                    .hasSize(5);
            String erasure = requested(server, "cora", "42");
            assertThat(expect(200, execute(server, "otto", erasure)).field("state"))
                    .isEqualTo("verified");
            assertGone(server, id, erasure, secrets);
            Path policy = root.resolve("trust");
            Path bundle = root.resolve("after.tlog-proof");
            Files.writeString(policy, server.get("", "/ledger/policy").text());
            Files.writeString(bundle, proof(server, id));
            assertThat(Verifier.verifyFile(bundle, Optional.of(policy), Optional.of(id))
                            .exitCode())
                    .isZero();
        }
        assertNoFileHolds(secrets);
    }

    /** Everything is in the answer, and every look is told. */
    private void allThatIsHeld(TestServer server, String decision) throws Exception {
        String handle = handle(server, "cora", "42");
        JsonNode held = expect(200, server.get("cora", "/api/clew/v1/subjects/" + handle + "/access", REVIEW))
                .json()
                .path("items");
        assertThat(StreamSupport.stream(held.spliterator(), false)
                        .map(item -> item.path("kind").textValue()))
                .containsExactlyInAnyOrder(
                        "decision.record",
                        "decision.record",
                        "decision.attributes",
                        "decision.attributes",
                        "feedback.record");
        assertThat(held)
                .allSatisfy(item -> assertThat(item.path("content").toString()).contains(MARKER));
        assertThat(held.toString()).doesNotContain("baker").contains(decision);
        JsonNode first = expect(200, server.get("cora", "/api/clew/v1/subjects/" + handle + "/access?limit=3", REVIEW))
                .json();
        JsonNode second = expect(
                        200,
                        server.get(
                                "cora",
                                "/api/clew/v1/subjects/" + handle + "/access?limit=3&cursor="
                                        + first.path("cursor").textValue(),
                                REVIEW))
                .json();
        assertThat(first.path("items").size() + second.path("items").size()).isEqualTo(held.size());
        expect(200, server.get("cora", "/api/clew/v1/decisions/" + decision, REVIEW));

        JsonNode masked = expect(200, server.get("cora", "/api/clew/v1/subjects/" + handle + "/reads", REVIEW))
                .json()
                .path("items");
        assertThat(masked).allSatisfy(look -> assertThat(look.has("who")).isFalse());
        assertThat(masked.get(1).path("records").get(0).textValue()).isEqualTo(decision);
        String ottos = handle(server, "otto", "42");
        JsonNode named = expect(200, server.get("otto", "/api/clew/v1/subjects/" + ottos + "/reads?limit=2", REVIEW))
                .json();
        assertThat(named.path("items")).hasSize(2);
        assertThat(named.path("items").get(0).path("who").textValue()).startsWith("usr:");
        assertThat(named.path("items").get(0).path("roles").get(0).textValue()).isEqualTo("PO");
        JsonNode rest = expect(
                        200,
                        server.get(
                                "otto",
                                "/api/clew/v1/subjects/" + ottos + "/reads?cursor="
                                        + named.path("cursor").textValue(),
                                REVIEW))
                .json();
        // cora's: lookup, access, two pages of it, the decision, this list
        assertThat(rest.path("items")).hasSize(6);
    }

    private void assertGone(TestServer server, String id, String erasure, List<byte[]> secrets) throws Exception {
        JsonNode state = erasure(server, erasure).json();
        assertThat(state.path("state").textValue()).isEqualTo("verified");
        assertThat(state.path("basis").textValue()).isEqualTo("consent_withdrawn");
        // two decisions, two sets of attributes, one complaint, the text of the request
        assertThat(state.path("records").longValue()).isEqualTo(6);
        assertThat(StreamSupport.stream(state.path("entries").spliterator(), false)
                        .map(entry -> entry.path("act").textValue()))
                .containsExactly("subject.erase.request", "subject.erase", "subject.erase.verify");
        JsonNode decision = expect(200, server.get("otto", "/api/clew/v1/decisions/" + id + "?reveal=true", REVIEW))
                .json();
        assertThat(decision.path("erased").booleanValue()).isTrue();
        assertThat(decision.has("features")).isFalse();
        assertThat(decision.has("outcome")).isFalse();
        assertThat(server.get("otto", "/api/clew/v1/decisions/" + id + "/explanation", REVIEW)
                        .status())
                .isEqualTo(410);
        assertThat(expect(200, server.get("otto", "/api/clew/v1/decisions/" + id + "/feedback", REVIEW))
                        .json()
                        .path("items"))
                .isEmpty();
        assertThat(expect(200, server.get("otto", "/api/clew/v1/decisions", REVIEW))
                        .json()
                        .toString())
                .doesNotContain(id);
        JsonNode other = expect(200, server.get("otto", "/api/clew/v1/decisions/b-1", REVIEW))
                .json();
        assertThat(other.path("features").path("job").textValue()).isEqualTo("baker");
        assertThat(server.post("cora", LOOKUP, "{\"namespace\": \"customer\", \"id\": \"42\"}", REVIEW)
                        .status())
                .isEqualTo(404);
        assertThat(ErasureLog.read(root.resolve("anchor.erasures")))
                .extracting(line -> line.erasure().dashed())
                .contains(erasure);
        assertNoFileHolds(secrets);
    }

    private void assertNoFileHolds(List<byte[]> secrets) throws Exception {
        var wanted = new ArrayList<>(secrets);
        byte[] plain = MARKER.getBytes(StandardCharsets.UTF_8);
        wanted.add(plain);
        wanted.add(Base64.getEncoder().withoutPadding().encode(plain));
        wanted.add(HexFormat.of().formatHex(plain).getBytes(StandardCharsets.UTF_8));
        wanted.add(MARKER.getBytes(Charset.forName("UTF-16LE")));
        for (byte[] secret : secrets) {
            wanted.add(HexFormat.of().formatHex(secret).getBytes(StandardCharsets.UTF_8));
        }
        for (byte[] bytes : wanted) {
            assertThat(TestFiles.holding(root, bytes)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(ErasureStep.class)
    void anExecutionThatIsInterruptedGoesOnAfterARestart(ErasureStep last) throws Exception {
        var dead = new AtomicBoolean();
        Consumer<ErasureStep> dying = step -> {
            if (dead.get() || step == last) {
                dead.set(true);
                throw new IllegalStateException("killed after " + last);
            }
        };
        String id;
        Map<String, String> tokens;
        try (var server = withUsers()) {
            tokens = server.tokens();
            id = recordsOf42(server);
        }
        List<byte[]> secrets = VaultSecrets.of(root.resolve("data/keys"), "default", "customer", "42");
        String erasure;
        try (var server = TestServer.open(root, dying).as(tokens)) {
            erasure = requested(server, "cora", "42");
            int status = execute(server, "otto", erasure).status();
            assertThat(status)
                    .isEqualTo(
                            switch (last) {
                                case CLAIMED, FLAGGED, SETTLED, LISTED, DESTROYED, ENTERED, NOTED -> 503;
                                case FORGOTTEN -> 202;
                                case VERIFIED, FINISHED -> 200;
                            });
        }
        var finished = new CountDownLatch(1);
        try (var server = TestServer.open(root, step -> {
                    if (step == ErasureStep.FINISHED) {
                        finished.countDown();
                    }
                })
                .as(tokens)) {
            if (last != ErasureStep.FINISHED) {
                assertThat(finished.await(30, TimeUnit.SECONDS)).isTrue();
            }
            assertGone(server, id, erasure, secrets);
            assertThat(execute(server, "otto", erasure).status()).isEqualTo(409);
        }
        try (var vault = KeyVault.open(
                root.resolve("data/keys/root.key"),
                JdbcKeyStore.openSqlite(root.resolve("data/keys/vault.db")),
                InstantSource.system())) {
            assertThat(vault.erasing().open()).isEmpty();
            assertThat(vault.check()).isEmpty();
        }
    }

    @Test
    void nobodyDecidesAboutHisOwnRequest() throws Exception {
        try (var server = withUsers()) {
            recordsOf42(server);
            String erasure = requested(server, "otto", "42");
            Response refused = execute(server, "otto", erasure);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.field("code")).isEqualTo("SEPARATION_OF_DUTIES");
            assertThat(server.post(
                                    "otto",
                                    "/api/clew/v1/erasures/" + erasure + "/refuse",
                                    "{\"ground\": \"withdrawn\"}",
                                    REVIEW)
                            .field("code"))
                    .isEqualTo("SEPARATION_OF_DUTIES");
            assertThat(erasure(server, erasure).field("state")).isEqualTo("requested");
            assertThat(expect(200, execute(server, "olga", erasure)).field("state"))
                    .isEqualTo("verified");
        }
    }

    @Test
    void aRefusedErasureLeavesThePersonAsSheWasAndGoesWithALaterOne() throws Exception {
        Map<String, String> tokens;
        String second;
        try (var server = withUsers()) {
            tokens = server.tokens();
            recordsOf42(server);
            String first = requested(server, "cora", "42");
            assertThat(server.post(
                                    "otto",
                                    "/api/clew/v1/erasures/" + first + "/refuse",
                                    "{\"ground\": \"mood\"}",
                                    REVIEW)
                            .status())
                    .isEqualTo(400);
            assertThat(expect(
                                    200,
                                    server.post(
                                            "otto",
                                            "/api/clew/v1/erasures/" + first + "/refuse",
                                            "{\"ground\": \"identity_unverified\", \"reason\": {\"text\": \"who is "
                                                    + MARKER + "\"}}",
                                            REVIEW))
                            .field("state"))
                    .isEqualTo("refused");
            assertThat(erasure(server, first).field("ground")).isEqualTo("identity_unverified");
            assertThat(execute(server, "otto", first).status()).isEqualTo(409);
            assertThat(expect(200, server.get("cora", "/api/clew/v1/decisions/a-1", REVIEW))
                            .json()
                            .path("features")
                            .path("job")
                            .textValue())
                    .isEqualTo(MARKER);
            second = requested(server, "cora", "42");
        }
        List<byte[]> secrets = VaultSecrets.of(root.resolve("data/keys"), "default", "customer", "42");
        try (var server = TestServer.open(root).as(tokens)) {
            expect(200, execute(server, "olga", second));
            // five records, and the texts of two requests and a refusal
            assertThat(erasure(server, second).json().path("records").longValue())
                    .isEqualTo(8);
            assertNoFileHolds(secrets);
        }
    }

    @Test
    void anErasureIsAskedForOnceAndDoneOnce() throws Exception {
        try (var server = withUsers()) {
            recordsOf42(server);
            String old = handle(server, "otto", "42");
            String erasure = requested(server, "cora", "42");
            Response again = server.post("otto", "/api/clew/v1/subjects/" + old + "/erase", "{}", REVIEW);
            assertThat(again.status()).isEqualTo(409);
            assertThat(again.field("detail")).contains(erasure);
            expect(200, execute(server, "otto", erasure));
            assertThat(execute(server, "otto", erasure).status()).isEqualTo(409);
            assertThat(execute(server, "olga", erasure).status()).isEqualTo(409);
            assertThat(server.post("otto", "/api/clew/v1/subjects/" + old + "/erase", "{}", REVIEW)
                            .status())
                    .isEqualTo(404);
            assertThat(server.get("otto", "/api/clew/v1/subjects/" + old + "/access", REVIEW)
                            .status())
                    .isEqualTo(404);
            assertThat(erasure(server, erasure).json().path("entries")).hasSize(3);
            assertThat(expect(200, server.get("otto", "/api/clew/v1/erasures?state=verified"))
                            .json()
                            .path("items"))
                    .hasSize(1);
            assertThat(server.get("otto", "/api/clew/v1/erasures?state=gone").status())
                    .isEqualTo(400);
        }
    }

    @Test
    void aPersonOfWhomNoRecordIsLeftCanBeErased() throws Exception {
        Map<String, String> tokens;
        try (var server = withUsers()) {
            tokens = server.tokens();
        }
        try (var vault = KeyVault.open(
                root.resolve("data/keys/root.key"),
                JdbcKeyStore.openSqlite(root.resolve("data/keys/vault.db")),
                InstantSource.system())) {
            vault.sealForSubject("default", "customer", "42", "decision/1", new byte[1]);
        }
        List<byte[]> secrets = VaultSecrets.of(root.resolve("data/keys"), "default", "customer", "42");
        try (var server = TestServer.open(root).as(tokens)) {
            assertThat(expect(
                                    200,
                                    server.get(
                                            "cora",
                                            "/api/clew/v1/subjects/" + handle(server, "cora", "42") + "/access",
                                            REVIEW))
                            .json()
                            .path("items"))
                    .isEmpty();
            String erasure = requested(server, "cora", "42");
            assertThat(expect(200, execute(server, "otto", erasure)).field("state"))
                    .isEqualTo("verified");
            assertThat(erasure(server, erasure).json().path("records").longValue())
                    .isEqualTo(1);
            assertNoFileHolds(secrets);
        }
    }

    @Test
    void handlesAreShortLivedAndNobodyElses() throws Exception {
        try (var server = withUsers(step -> {}, "privacy.handle_valid=100ms")) {
            recordsOf42(server);
            Response found = expect(200, server.post("cora", LOOKUP, """
                    {"namespace": "customer", "id": "42"}""", REVIEW));
            String handle = found.field("handle");
            assertThat(server.get("otto", "/api/clew/v1/subjects/" + handle + "/access", REVIEW)
                            .status())
                    .isEqualTo(404);
            while (InstantSource.system().instant().isBefore(java.time.Instant.parse(found.field("expires_at")))) {
                Thread.onSpinWait();
            }
            Response expired = server.get("cora", "/api/clew/v1/subjects/" + handle + "/access", REVIEW);
            assertThat(expired.status()).isEqualTo(404);
            assertThat(expired.field("detail")).contains("look the subject up again");
            assertThat(server.get("cora", "/api/clew/v1/subjects/" + "0".repeat(32) + "/reads", REVIEW)
                            .text()
                            .replace("reads", "access"))
                    .contains("look the subject up again");
            assertThat(server.post("cora", "/api/clew/v1/subjects/nobody/erase", "{}", REVIEW)
                            .status())
                    .isEqualTo(404);
        }
    }

    @Test
    void nothingIsAnsweredWithoutAReasonOrToTheWrongRole() throws Exception {
        try (var server = withUsers().withUser("dan", "DS").withUser("anna", "AU")) {
            recordsOf42(server);
            String body = "{\"namespace\": \"customer\", \"id\": \"42\"}";
            assertThat(server.post("cora", LOOKUP, body).field("code")).isEqualTo("JUSTIFICATION_REQUIRED");
            for (String blank : List.of("", " ", "request;", "request; ")) {
                assertThat(server.post(
                                        "cora",
                                        LOOKUP,
                                        body,
                                        "X-Clew-Purpose",
                                        "subject-request",
                                        "X-Clew-Reason",
                                        blank)
                                .field("code"))
                        .as(blank)
                        .isEqualTo("JUSTIFICATION_REQUIRED");
            }
            assertThat(server.post("cora", LOOKUP, body, "X-Clew-Reason", "asked")
                            .field("code"))
                    .isEqualTo("JUSTIFICATION_REQUIRED");
            assertThat(server.post("dan", LOOKUP, body, REVIEW).status()).isEqualTo(403);
            assertThat(server.post("anna", LOOKUP, body, REVIEW).status()).isEqualTo(403);
            assertThat(server.post("admin", LOOKUP, body, REVIEW).status()).isEqualTo(403);
            assertThat(server.post("", LOOKUP, body, REVIEW).status()).isEqualTo(401);
            Response unknown =
                    server.post("cora", LOOKUP, "{\"namespace\": \"customer\", \"id\": \"" + MARKER + "\"}", REVIEW);
            assertThat(unknown.status()).isEqualTo(404);
            assertThat(unknown.text()).doesNotContain(MARKER);
            assertThat(server.post("cora", LOOKUP, "{\"namespace\": \"customer\", \"id\": \"42\", \"x\": 1}", REVIEW)
                            .field("code"))
                    .isEqualTo("UNKNOWN_FIELD");
            assertThat(server.post("cora", LOOKUP, "{\"namespace\": \"Customer!\", \"id\": \"42\"}", REVIEW)
                            .status())
                    .isEqualTo(400);
            assertThat(server.post(
                                    "cora",
                                    "/api/clew/v1/subjects/" + handle(server, "cora", "42") + "/erase",
                                    "{\"basis\": \"mood\"}",
                                    REVIEW)
                            .status())
                    .isEqualTo(400);
            String erasure = requested(server, "cora", "42");
            expect(200, server.get("anna", "/api/clew/v1/erasures/" + erasure));
            assertThat(execute(server, "dan", erasure).status()).isIn(403, 404);
            assertThat(server.get("otto", "/api/clew/v1/erasures/" + "0".repeat(32))
                            .status())
                    .isEqualTo(404);
            assertThat(server.get("otto", "/api/clew/v1/erasures/x").status()).isIn(400, 404);
            assertThat(erasure(server, erasure).field("state")).isEqualTo("requested");
        }
    }

    @Test
    void aChangeIsJustifiedInItsBodyAsInTheHeader() throws Exception {
        String body = "{\"reason\": {\"code\": \"request\", \"text\": \"asked in writing\"}}";
        try (var server = withUsers()) {
            recordsOf42(server);
            String erase = "/api/clew/v1/subjects/" + handle(server, "cora", "42") + "/erase";
            Response bare = server.post("cora", erase, "{}");
            assertThat(bare.field("code")).isEqualTo("JUSTIFICATION_REQUIRED");
            assertThat(bare.field("detail")).contains("reason: {code, text} in the body", "X-Clew-Reason");
            String erasure = expect(202, server.post("cora", erase, body)).field("erasure");
            String refuse = "/api/clew/v1/erasures/" + erasure + "/refuse";
            assertThat(server.post("otto", refuse, "{\"ground\": \"legal_obligation\"}")
                            .field("code"))
                    .isEqualTo("JUSTIFICATION_REQUIRED");
            Response executed = server.post("otto", "/api/clew/v1/erasures/" + erasure + "/execute", body);
            assertThat(executed.status()).as(executed.text()).isIn(200, 202);
            assertThat(erasure(server, erasure).field("reason")).isEqualTo("asked in writing");
        }
    }

    @Test
    void inOpenModeAnybodyHereMayAskAndNobodyErases() throws Exception {
        try (var server = TestServer.open(root)) {
            expect(201, server.post("", "/api/clew/v1/decisions", decision("a-1", "42", MARKER)));
            String erasure = requested(server, "", "42");
            assertThat(server.post("", "/api/clew/v1/erasures/" + erasure + "/execute", "")
                            .status())
                    .isIn(403, 404);
            assertThat(expect(200, server.get("", "/api/clew/v1/erasures/" + erasure))
                            .field("state"))
                    .isEqualTo("requested");
        }
    }

    @Test
    void theOnlyUserErasesAloneInSoloModeAndThatIsRecorded() throws Exception {
        try (var server = TestServer.open(root, "sod.mode=solo")
                .withAdministrator()
                .withToken("ada")
                .withUser("scorer", "Ss")) {
            for (String role : List.of("CW", "PO")) {
                expect(201, server.post("admin", "/api/clew/v1/grants", """
                        {"user": "ada", "role": "%s"}""".formatted(role)));
            }
            expect(201, server.post("scorer", "/api/clew/v1/decisions", decision("a-1", "42", MARKER)));
            String erasure = requested(server, "ada", "42");
            assertThat(expect(200, execute(server, "ada", erasure)).field("state"))
                    .isEqualTo("verified");
            assertThat(expect(200, server.get("ada", "/api/clew/v1/erasures/" + erasure))
                            .json()
                            .path("self_executed")
                            .booleanValue())
                    .isTrue();
        }
    }

    @Test
    void whatIsWrittenForAPersonBeingErasedIsErasedOrStaysReadable() throws Exception {
        try (var server = withUsers()) {
            recordsOf42(server);
            String erasure = requested(server, "cora", "42");
            var acknowledged = new ConcurrentLinkedQueue<String>();
            var done = new AtomicBoolean();
            var writers = new ArrayList<Thread>();
            for (int w = 0; w < 4; w++) {
                int writer = w;
                writers.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; !done.get(); i++) {
                        try {
                            Response answer = server.post(
                                    "scorer",
                                    "/api/clew/v1/decisions",
                                    decision("w-" + writer + "-" + i, "42", MARKER));
                            if (answer.status() == 201) {
                                acknowledged.add(answer.field("id"));
                            }
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                    }
                }));
            }
            while (acknowledged.size() < 20) {
                Thread.onSpinWait();
            }
            expect(200, execute(server, "otto", erasure));
            int atErasure = acknowledged.size();
            while (acknowledged.size() < atErasure + 20) {
                Thread.onSpinWait();
            }
            done.set(true);
            for (Thread writer : writers) {
                writer.join();
            }
            int erased = 0;
            for (String id : acknowledged) {
                JsonNode decision = expect(200, server.get("otto", "/api/clew/v1/decisions/" + id, REVIEW))
                        .json();
                if (decision.path("erased").booleanValue()) {
                    erased++;
                } else {
                    assertThat(decision.path("features").path("job").textValue())
                            .isEqualTo(MARKER);
                }
            }
            assertThat(erased).isBetween(1, acknowledged.size() - 1);
            // Each of them with its attributes; the six that were there before.
            assertThat(erasure(server, erasure).json().path("records").longValue())
                    .isEqualTo(6 + 2L * erased);
        }
    }

    /** 202 while the batch is being signed. */
    private static String proof(TestServer server, String id) throws Exception {
        return entryProof(server, "/api/clew/v1/decisions/" + id + "/proof");
    }

    private static String entryProof(TestServer server, String path) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (System.nanoTime() < deadline) {
            Response answer = server.get("otto", path);
            if (answer.status() == 200) {
                return answer.text();
            }
            assertThat(answer.status()).isIn(202, 404, 503);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        throw new AssertionError("not signed within ten seconds");
    }
}
