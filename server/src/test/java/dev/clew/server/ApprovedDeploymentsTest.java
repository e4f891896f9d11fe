package dev.clew.server;

import static dev.clew.server.TestServer.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.server.TestServer.Response;
import dev.clew.server.storage.EveryEngine;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four eyes between a model version and production, over HTTP: what an approval covers, by whom, for how long, and what ends it. */
@EveryEngine
class ApprovedDeploymentsTest {
    private static final String APPROVALS = "/api/clew/v1/approvals";
    private static final String DEPLOYMENTS = "/api/clew/v1/deployments";
    private static final String WHY = "{\"code\": \"promotion\", \"text\": \"better on the newest quarter\"}";

    @TempDir
    Path root;

    private TestServer open(String... settings) throws Exception {
        return TestServer.open(root, settings)
                .withAdministrator()
                .withUser("dora", "DS")
                .withUser("abel", "AP")
                .withUser("anna", "AP")
                .withUser("dirk", "DP")
                .withUser("ci", "Sc");
    }

    private TestServer asking() throws Exception {
        return open("policy.approval_needed=production", "policy.protected_aliases=champion");
    }

    /** Registers the next version of credit by dora, with a file. */
    private static long version(TestServer server) throws Exception {
        server.post("dora", "/api/2.0/mlflow/registered-models/create", "{\"name\": \"credit\"}");
        String run = expect(200, server.post("dora", "/api/2.0/mlflow/runs/create", "{\"experiment_id\": \"0\"}"))
                .json()
                .at("/run/info/run_id")
                .textValue();
        put(server, run, "model.json", "{\"trees\": 1}");
        return expect(200, server.post("dora", "/api/2.0/mlflow/model-versions/create", """
                {"name": "credit", "source": "runs:/%1$s/model", "run_id": "%1$s"}""".formatted(run)))
                .json()
                .at("/model_version/version")
                .asLong();
    }

    private static void put(TestServer server, String run, String file, String content) throws Exception {
        expect(
                200,
                server.put(
                        "dora",
                        "/api/2.0/mlflow-artifacts/artifacts/0/%s/artifacts/model/%s".formatted(run, file),
                        content));
    }

    private static String runOf(TestServer server, long version) throws Exception {
        return expect(200, server.get("dora", "/api/clew/v1/models/credit/versions/" + version))
                .field("run_id");
    }

    private static String ask(TestServer server, String who, long version, int required) throws Exception {
        return expect(201, server.post(who, APPROVALS, """
                {"model": "credit", "version": %d, "required": %d, "reason": %s}""".formatted(version, required, WHY)))
                .json()
                .at("/approval/id")
                .textValue();
    }

    private static Response vote(TestServer server, String who, String approval, String vote) throws Exception {
        return server.post(who, APPROVALS + "/" + approval + "/votes", """
                {"vote": "%s", "reason": %s}""".formatted(vote, WHY));
    }

    private static String approved(TestServer server, long version) throws Exception {
        String approval = ask(server, "dora", version, 1);
        expect(200, vote(server, "abel", approval, "grant"));
        return approval;
    }

    private static Response deploy(TestServer server, String who, long version, String state) throws Exception {
        return server.post(who, DEPLOYMENTS, """
                {"endpoint": "scoring", "model": "credit", "version": %d, "state": "%s", "reason": %s}""".formatted(version, state, WHY));
    }

    private static Response act(TestServer server, String who, String deployment, String verb) throws Exception {
        return server.post(
                who,
                DEPLOYMENTS + "/" + deployment + "/" + verb,
                "{\"reason\": " + WHY + "}",
                "X-Clew-Reason",
                "promotion; better on the newest quarter");
    }

    private static Response rollback(TestServer server, String from, String to) throws Exception {
        return server.post("dirk", DEPLOYMENTS + "/" + from + "/rollback", """
                {"to": "%s", "reason": %s}""".formatted(to, WHY));
    }

    private static String id(Response deployment) {
        return expect(201, deployment).json().at("/deployment/id").textValue();
    }

    private static void refused(Response answer, String code, String... words) {
        assertThat(answer.field("code")).as(answer.text()).isEqualTo(code);
        for (String word : words) {
            assertThat(answer.field("detail")).contains(word);
        }
    }

    @Test
    void aVersionServesOnlyUnderAnApprovalThatHolds() throws Exception {
        try (var server = asking()) {
            long version = version(server);
            refused(deploy(server, "dirk", version, "live"), "APPROVAL_REQUIRED", "POST /api/clew/v1/approvals");
            String asked = ask(server, "dora", version, 1);
            refused(deploy(server, "dirk", version, "live"), "APPROVAL_REQUIRED");
            expect(200, vote(server, "abel", asked, "reject"));
            refused(vote(server, "anna", asked, "grant"), "WRONG_STATE", "REJECTED");
            refused(deploy(server, "dirk", version, "live"), "APPROVAL_REQUIRED");
            String granted = approved(server, version);
            assertThat(expect(201, deploy(server, "dirk", version, "live"))
                            .json()
                            .at("/deployment/approval")
                            .textValue())
                    .isEqualTo(granted);
            // A staging endpoint asks for nothing; an endpoint that is there keeps its tier.
            long next = version(server);
            refused(server.post("dirk", DEPLOYMENTS, """
                    {"endpoint": "scoring", "tier": "staging", "model": "credit", "version": %d, "reason": %s}""".formatted(next, WHY)), "APPROVAL_REQUIRED");
            expect(201, server.post("dirk", DEPLOYMENTS, """
                    {"endpoint": "trial", "tier": "staging", "model": "credit", "version": %d, "reason": %s}""".formatted(next, WHY)));
        }
    }

    @Test
    void aQuorumIsOfDifferentPeopleWhoVoteOnce() throws Exception {
        try (var server = asking()) {
            long version = version(server);
            String asked = ask(server, "dora", version, 2);
            refused(
                    server.post(
                            "dora",
                            APPROVALS,
                            "{\"model\": \"credit\", \"version\": %d, \"reason\": %s}".formatted(version, WHY)),
                    "ALREADY_EXISTS",
                    asked);
            assertThat(expect(200, vote(server, "abel", asked, "grant"))
                            .json()
                            .at("/approval/state")
                            .textValue())
                    .isEqualTo("PENDING");
            refused(vote(server, "abel", asked, "grant"), "ALREADY_EXISTS", "already voted");
            refused(deploy(server, "dirk", version, "live"), "APPROVAL_REQUIRED");
            assertThat(expect(200, vote(server, "anna", asked, "grant"))
                            .json()
                            .at("/approval/state")
                            .textValue())
                    .isEqualTo("GRANTED");
            expect(201, deploy(server, "dirk", version, "live"));
            for (String required : new String[] {"0", "6", "4294967297", "-1"}) {
                refused(
                        server.post("dora", APPROVALS, """
                        {"model": "credit", "version": %d, "required": %s, "reason": %s}""".formatted(version, required, WHY)),
                        "INVALID_ARGUMENT",
                        "1 to 5");
            }
        }
    }

    @Test
    void whatIsWithdrawnCoversNothingMoreNotEvenWhatItStarted() throws Exception {
        try (var server = asking()) {
            long version = version(server);
            String approval = approved(server, version);
            String started = id(deploy(server, "dirk", version, "started"));
            refused(act(server, "dirk", started, "rollback"), "INVALID_ARGUMENT", "to");
            refused(
                    server.post("abel", APPROVALS + "/" + approval + "/withdraw", "{\"reason\": " + WHY + "}"),
                    "FORBIDDEN");
            expect(200, server.post("dora", APPROVALS + "/" + approval + "/withdraw", "{\"reason\": " + WHY + "}"));
            refused(
                    server.post("dora", APPROVALS + "/" + approval + "/withdraw", "{\"reason\": " + WHY + "}"),
                    "WRONG_STATE");
            refused(act(server, "dirk", started, "live"), "APPROVAL_REQUIRED", started);
            refused(deploy(server, "dirk", version, "live"), "APPROVAL_REQUIRED");
            refused(server.post("dirk", "/api/2.0/mlflow/registered-models/alias", """
                            {"name": "credit", "alias": "champion", "version": "%d"}""".formatted(version)));
            expect(200, act(server, "dirk", started, "fail"));
            // Approved anew, it starts and goes live.
            approved(server, version);
            String again = id(deploy(server, "dirk", version, "started"));
            assertThat(expect(200, act(server, "dirk", again, "live"))
                            .json()
                            .at("/deployment/state")
                            .textValue())
                    .isEqualTo("LIVE");
            refused(act(server, "dirk", again, "live"), "WRONG_STATE", "only a started one");
            refused(act(server, "dirk", again, "fail"), "WRONG_STATE", "being started");
            expect(200, act(server, "dirk", again, "end"));
            refused(act(server, "dirk", again, "end"), "WRONG_STATE", "it is over");
        }
    }

    private static void refused(Response ofMlflow) {
        assertThat(ofMlflow.status()).as(ofMlflow.text()).isEqualTo(403);
        assertThat(ofMlflow.field("error_code")).isEqualTo("PERMISSION_DENIED");
    }

    @Test
    void aRollbackLeadsOnlyToWhatMayServe() throws Exception {
        String unapproved;
        java.util.Map<String, String> tokens;
        try (var server = open()) {
            tokens = server.tokens();
            unapproved = id(deploy(server, "dirk", version(server), "live"));
        }
        try (var server =
                TestServer.open(root, "policy.approval_needed=production").as(tokens)) {
            long second = version(server);
            String approval = approved(server, second);
            String first = id(deploy(server, "dirk", second, "live"));
            refused(rollback(server, first, unapproved), "APPROVAL_REQUIRED", "had no approval");
            long third = version(server);
            approved(server, third);
            String newest = id(deploy(server, "dirk", third, "live"));
            refused(rollback(server, newest, newest), "WRONG_STATE");
            String back = id(rollback(server, newest, first));
            // From there no way leads back to a deleted version, nor to one whose approval was withdrawn.
            expect(
                    200,
                    server.send(
                            "dora",
                            "DELETE",
                            "/api/2.0/mlflow/model-versions/delete",
                            """
                    {"name": "credit", "version": "%d"}""".formatted(third),
                            "application/json"));
            refused(rollback(server, back, newest), "WRONG_STATE", "was deleted");
            long fourth = version(server);
            approved(server, fourth);
            String last = id(deploy(server, "dirk", fourth, "live"));
            expect(200, server.post("dora", APPROVALS + "/" + approval + "/withdraw", "{\"reason\": " + WHY + "}"));
            refused(rollback(server, last, back), "APPROVAL_REQUIRED", "withdrawn");
        }
    }

    @Test
    void aVersionDeletedWhileItStartsDoesNotGoLive() throws Exception {
        try (var server = open()) {
            long version = version(server);
            String started = id(deploy(server, "dirk", version, "started"));
            expect(
                    200,
                    server.send(
                            "dora",
                            "DELETE",
                            "/api/2.0/mlflow/model-versions/delete",
                            """
                    {"name": "credit", "version": "%d"}""".formatted(version),
                            "application/json"));
            refused(act(server, "dirk", started, "live"), "WRONG_STATE", "was deleted");
        }
    }

    @Test
    void filesThatChangedAreNotWhatWasApproved() throws Exception {
        try (var server = asking()) {
            long version = version(server);
            String asked = ask(server, "dora", version, 1);
            put(server, runOf(server, version), "model.json", "{\"trees\": 666}");
            String changed = "are not those that it was registered with";
            refused(vote(server, "abel", asked, "grant"), "WRONG_STATE", "credit/" + version, changed);
            refused(deploy(server, "dirk", version, "live"), "WRONG_STATE", changed);
            Response moved = server.post("dirk", "/api/2.0/mlflow/registered-models/alias", """
                    {"name": "credit", "alias": "champion", "version": "%d"}""".formatted(version));
            assertThat(moved.status()).isEqualTo(400);
            assertThat(moved.field("message")).contains(changed);
            // Nor is a file that came later, or one that is gone.
            long second = version(server);
            String again = ask(server, "dora", second, 1);
            put(server, runOf(server, second), "more.json", "{}");
            refused(vote(server, "abel", again, "grant"), "WRONG_STATE", changed);
            expect(200, vote(server, "abel", again, "reject"));
            // Put back as it was, it is what was asked for.
            put(server, runOf(server, version), "model.json", "{\"trees\": 1}");
            expect(200, vote(server, "abel", asked, "grant"));
            expect(201, deploy(server, "dirk", version, "live"));
        }
    }

    private static String files(String run, String path) {
        return "/api/2.0/mlflow-artifacts/artifacts/0/%s/artifacts/%s".formatted(run, path);
    }

    /** Refused as MLflow's clients read it, naming the version and what rests on it. */
    private static void held(Response answer, String... words) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(409);
        assertThat(answer.field("error_code")).isEqualTo("RESOURCE_CONFLICT");
        assertThat(answer.field("message")).contains("they stay as they are").contains(words);
    }

    @Test
    void whatIsApprovedKeepsItsFilesAndTheRestOfTheRunIsFree() throws Exception {
        try (var server = asking()) {
            long version = version(server);
            String run = runOf(server, version);
            String model = files(run, "model/model.json");
            String approval = approved(server, version);
            String covers = "approval " + approval + " covers";
            held(server.put("dora", model, "{\"trees\": 666}"), "credit/" + version, covers);
            held(server.put("dora", files(run, "model/more/notes.txt"), "new"), covers);
            held(server.delete("dora", model), covers);
            held(server.delete("dora", files(run, "model")), covers);
            held(server.delete("dora", "/api/2.0/mlflow-artifacts/artifacts/0/" + run + "/artifacts"), covers);
            // In parts too.
            String parts = "/api/2.0/mlflow-artifacts/mpu/%s/0/" + run + "/artifacts/model";
            Response begun = expect(
                    200,
                    server.post("dora", parts.formatted("create"), "{\"path\": \"model.json\", \"num_parts\": 0}"));
            held(
                    server.post(
                            "dora",
                            parts.formatted("complete"),
                            "{\"path\": \"model.json\", \"upload_id\": \"%s\", \"parts\": []}"
                                    .formatted(begun.field("upload_id"))),
                    covers);
            assertThat(server.get("dora", model).text()).isEqualTo("{\"trees\": 1}");
            // The same bytes again change nothing, and what lies beside is nobody's version.
            expect(200, server.put("dora", model, "{\"trees\": 1}"));
            expect(200, server.put("dora", files(run, "model-2/model.json"), "{\"trees\": 2}"));
            expect(200, server.put("dora", files(run, "report.html"), "<p>done</p>"));
            expect(200, server.put("dora", files(run, "report.html"), "<p>done again</p>"));
            expect(200, server.delete("dora", files(run, "report.html")));
            expect(200, server.post("dora", "/api/2.0/mlflow/model-versions/create", """
                    {"name": "credit", "source": "runs:/%1$s/model-2", "run_id": "%1$s"}""".formatted(run)));
            expect(201, deploy(server, "dirk", version, "started"));
            // What was withdrawn before anything served holds nothing.
            long next = version(server);
            String other = approved(server, next);
            held(server.put("dora", files(runOf(server, next), "model/model.json"), "{\"trees\": 7}"), other);
            expect(200, server.post("dora", APPROVALS + "/" + other + "/withdraw", "{\"reason\": " + WHY + "}"));
            expect(200, server.put("dora", files(runOf(server, next), "model/model.json"), "{\"trees\": 7}"));
        }
    }

    @Test
    void aFolderGoesWholeOrNotAtAll() throws Exception {
        try (var server = asking()) {
            long version = version(server);
            String run = runOf(server, version);
            // One more than a change takes away at once, all before the model's by name.
            for (int i = 0; i <= 1_000; i++) {
                expect(200, server.put("dora", files(run, "all/%04d".formatted(i)), "x"));
            }
            expect(200, server.put("dora", files(run, "all/model/model.json"), "{}"));
            long next = expect(200, server.post("dora", "/api/2.0/mlflow/model-versions/create", """
                            {"name": "credit", "source": "runs:/%1$s/all/model", "run_id": "%1$s"}""".formatted(run)))
                    .json()
                    .at("/model_version/version")
                    .asLong();
            String approval = approved(server, next);
            for (String folder : new String[] {files(run, "all"), files(run, "").replaceAll("/$", "")}) {
                held(server.delete("dora", folder), "credit/" + next, "approval " + approval + " covers");
                for (String kept : new String[] {"all/0000", "all/1000", "all/model/model.json", "model/model.json"}) {
                    expect(200, server.get("dora", files(run, kept)));
                }
            }
            expect(200, server.post("dora", APPROVALS + "/" + approval + "/withdraw", "{\"reason\": " + WHY + "}"));
            expect(200, server.delete("dora", files(run, "all")));
            assertThat(server.get("dora", files(run, "all/0000")).status()).isEqualTo(404);
            assertThat(server.get("dora", files(run, "all/model/model.json")).status())
                    .isEqualTo(404);
            expect(200, server.get("dora", files(run, "model/model.json")));
        }
    }

    @Test
    void whatServedKeepsItsFilesForGood() throws Exception {
        try (var server = open()) {
            long version = version(server);
            String model = files(runOf(server, version), "model/model.json");
            expect(200, server.put("dora", model, "{\"trees\": 1, \"tried\": true}"));
            expect(200, server.put("dora", model, "{\"trees\": 1}"));
            String started = id(deploy(server, "dirk", version, "started"));
            held(server.put("dora", model, "{}"), "deployment " + started + " is about to serve");
            expect(200, act(server, "dirk", started, "fail"));
            expect(200, server.put("dora", model, "{}"));
            expect(200, server.put("dora", model, "{\"trees\": 1}"));
            String live = id(deploy(server, "dirk", version, "live"));
            held(server.put("dora", model, "{}"), "credit/" + version, "deployment " + live + " serves");
            expect(200, act(server, "dirk", live, "end"));
            held(server.put("dora", model, "{}"), "deployment " + live + " served");
            // Whatever becomes of the version: what it decided is explained by these files.
            expect(
                    200,
                    server.send(
                            "dora",
                            "DELETE",
                            "/api/2.0/mlflow/model-versions/delete",
                            "{\"name\": \"credit\", \"version\": \"%d\"}".formatted(version),
                            "application/json"));
            held(server.delete("dora", model), "deployment " + live + " served");
        }
    }

    @Test
    void aLoggedModelThatServesKeepsItsFilesToo() throws Exception {
        try (var server = open()) {
            String run = expect(200, server.post("dora", "/api/2.0/mlflow/runs/create", "{\"experiment_id\": \"0\"}"))
                    .json()
                    .at("/run/info/run_id")
                    .textValue();
            String logged = expect(200, server.post("dora", "/api/2.0/mlflow/logged-models", """
                            {"experiment_id": "0", "name": "model", "source_run_id": "%s"}""".formatted(run)))
                    .json()
                    .at("/model/info/model_id")
                    .textValue();
            String weights = "/api/2.0/mlflow-artifacts/artifacts/0/models/%s/artifacts/weights".formatted(logged);
            expect(200, server.put("dora", weights, "1"));
            expect(200, server.post("dora", "/api/2.0/mlflow/registered-models/create", "{\"name\": \"credit\"}"));
            // Named by the run and the name it was logged under, as clients do.
            expect(200, server.post("dora", "/api/2.0/mlflow/model-versions/create", """
                    {"name": "credit", "source": "runs:/%1$s/model", "run_id": "%1$s"}""".formatted(run)));
            expect(200, server.put("dora", weights, "2"));
            expect(200, server.put("dora", weights, "1"));
            String live = id(deploy(server, "dirk", 1, "live"));
            held(server.put("dora", weights, "2"), live);
            held(server.delete("dora", weights), live);
            held(server.delete("dora", "/api/2.0/mlflow/logged-models/" + logged), live);
            // Nor may other files come where the source would find them first.
            held(server.put("dora", files(run, "model/weights"), "2"), live);
            expect(200, server.put("dora", files(run, "other/weights"), "2"));
        }
    }

    @Test
    void aReasonCountsInTheBodyAsInTheHeader() throws Exception {
        try (var server = open().withUser("olaf", "OP")) {
            String first = id(deploy(server, "dirk", version(server), "live"));
            String second = id(deploy(server, "dirk", version(server), "live"));
            // Who deploys may take down only with a reason, and is told both ways to give one.
            String end = DEPLOYMENTS + "/" + second + "/end";
            for (String silent :
                    new String[] {"{}", "{\"reason\": {\"code\": \"incident\"}}", "{\"reason\": {\"text\": \"  \"}}", ""
                    }) {
                refused(
                        server.post("dirk", end, silent),
                        "JUSTIFICATION_REQUIRED",
                        "deployment.kill",
                        "reason: {code, text} in the body",
                        "X-Clew-Reason");
            }
            refused(server.post("dirk", end, "{\"reason\": \"broken\"}"), "INVALID_ARGUMENT", "an object");
            refused(server.post("dirk", end, "{\"reason\": {\"code\": \"mood\"}}"), "INVALID_ARGUMENT", "mood");
            refused(server.post("dirk", end, "{\"reason\": "), "MALFORMED_BODY");
            // Whose right does not hang on a reason is refused before his body is looked at.
            refused(server.post("dora", end, "{\"reason\": "), "FORBIDDEN");
            var back = expect(201, server.post("olaf", DEPLOYMENTS + "/" + second + "/rollback", """
                    {"to": "%s", "reason": {"code": "rollback", "text": "scores of the new one drift"}}""".formatted(first)));
            assertThat(reasonOf(server, back)).isEqualTo("rollback: scores of the new one drift");
            String third = back.json().at("/deployment/id").textValue();
            var ended = expect(200, server.post("dirk", DEPLOYMENTS + "/" + third + "/end", """
                    {"reason": {"code": "incident", "text": "answers are late by minutes"}}"""));
            assertThat(reasonOf(server, ended)).isEqualTo("incident: answers are late by minutes");
            var asked = expect(
                    201,
                    server.post("dora", APPROVALS, "{\"model\": \"credit\", \"version\": 2, \"reason\": " + WHY + "}"));
            assertThat(reasonOf(server, asked)).isEqualTo("promotion: better on the newest quarter");
            var granted = expect(
                    200, vote(server, "abel", asked.json().at("/approval/id").textValue(), "grant"));
            assertThat(reasonOf(server, granted)).isEqualTo("promotion: better on the newest quarter");
            String fourth = id(deploy(server, "dirk", 2, "live"));
            var again = expect(
                    200,
                    server.post(
                            "dirk",
                            DEPLOYMENTS + "/" + fourth + "/end",
                            "{}",
                            "X-Clew-Reason",
                            "incident; late by minutes again"));
            assertThat(reasonOf(server, again)).isEqualTo("incident: late by minutes again");
        }
    }

    /** Code and text of the first entry of a change, as the ledger tells them. */
    private static String reasonOf(TestServer server, Response changed) throws Exception {
        long seq = changed.json().at("/seqs/0").asLong();
        var entry =
                expect(200, server.withUser("aud" + seq, "AU").get("aud" + seq, "/api/clew/v1/ledger/entries/" + seq));
        return entry.field("why") + ": " + entry.field("reason");
    }

    @Test
    void nobodyIsASecondPersonByAnAccountOfHisOwn() throws Exception {
        try (var server = asking()) {
            expect(201, server.post("admin", "/api/clew/v1/users", """
                    {"name": "dora-approves", "role": "AP", "owner": "dora"}"""));
            expect(201, server.post("admin", "/api/clew/v1/users", """
                    {"name": "abel-too", "role": "AP", "owner": "abel"}"""));
            server.withToken("dora-approves").withToken("abel-too");
            String asked = ask(server, "dora", version(server), 2);
            refused(vote(server, "dora-approves", asked, "grant"), "SEPARATION_OF_DUTIES", "your own work");
            expect(200, vote(server, "abel", asked, "grant"));
            refused(vote(server, "abel-too", asked, "grant"), "ALREADY_EXISTS", "already voted");
            refused(vote(server, "ci", asked, "grant"), "FORBIDDEN");
        }
    }

    @Test
    void ownedServicesDoTheirOwnersWork() throws Exception {
        try (var server = asking()) {
            expect(201, server.post("admin", "/api/clew/v1/users", """
                    {"name": "trainer", "service": true, "role": "Sc", "owner": "dora"}"""));
            server.withToken("trainer");
            // Who owns a CI service does not become an approver, and an approver gets no CI service.
            refused(
                    server.post("admin", "/api/clew/v1/grants", "{\"user\": \"dora\", \"role\": \"AP\"}"),
                    "SEPARATION_OF_DUTIES",
                    "CI service");
            expect(201, server.post("admin", "/api/clew/v1/users", """
                    {"name": "robot", "service": true, "owner": "abel"}"""));
            refused(
                    server.post("admin", "/api/clew/v1/grants", "{\"user\": \"robot\", \"role\": \"Sc\"}"),
                    "SEPARATION_OF_DUTIES",
                    "CI service");
            // An ingesting service of an approver may train; what it made is his.
            expect(201, server.post("admin", "/api/clew/v1/grants", "{\"user\": \"robot\", \"role\": \"Si\"}"));
            server.withToken("robot");
            String run = expect(200, server.post("robot", "/api/2.0/mlflow/runs/create", "{\"experiment_id\": \"0\"}"))
                    .json()
                    .at("/run/info/run_id")
                    .textValue();
            server.post("dora", "/api/2.0/mlflow/registered-models/create", "{\"name\": \"credit\"}");
            expect(200, server.post("dora", "/api/2.0/mlflow/model-versions/create", """
                    {"name": "credit", "source": "runs:/%1$s/model", "run_id": "%1$s"}""".formatted(run)));
            String asked = ask(server, "trainer", 1, 1);
            refused(vote(server, "abel", asked, "grant"), "SEPARATION_OF_DUTIES", "your own work");
            expect(200, vote(server, "anna", asked, "grant"));
        }
    }

    @Test
    void aDeployerOfHighTierDidNotApprove() throws Exception {
        try (var server = asking()) {
            expect(201, server.post("admin", "/api/clew/v1/grants", "{\"user\": \"abel\", \"role\": \"DP\"}"));
            long version = version(server);
            approved(server, version);
            String order = """
                    {"endpoint": "loans", "tier": "high", "model": "credit", "version": %d, "state": "started", "reason": %s}""".formatted(version, WHY);
            refused(server.post("abel", DEPLOYMENTS, order), "SEPARATION_OF_DUTIES", "tier high");
            String started = id(server.post("dirk", DEPLOYMENTS, order));
            refused(act(server, "abel", started, "live"), "SEPARATION_OF_DUTIES", "tier high");
            expect(200, act(server, "dirk", started, "live"));
        }
    }

    @Test
    void ordersThatSayTwoThingsOrNothing() throws Exception {
        try (var server = open()) {
            long version = version(server);
            for (String order : new String[] {
                "\"version\": %d, \"alias\": \"champion\", \"reason\": %s".formatted(version, WHY),
                "\"reason\": " + WHY,
                "\"version\": %d, \"config\": \"text\", \"reason\": %s".formatted(version, WHY),
                "\"version\": %d, \"state\": \"dead\", \"reason\": %s".formatted(version, WHY)
            }) {
                refused(
                        server.post("dirk", DEPLOYMENTS, "{\"endpoint\": \"e\", \"model\": \"credit\", " + order + "}"),
                        "INVALID_ARGUMENT");
            }
            refused(
                    server.post("dirk", DEPLOYMENTS, """
                            {"endpoint": "e", "model": "credit", "version": %d, "reason": {"text": "%s"}}""".formatted(version, " ".repeat(40))),
                    "JUSTIFICATION_REQUIRED",
                    "at least 10 characters");
        }
    }
}
