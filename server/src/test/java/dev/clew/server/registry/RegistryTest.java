package dev.clew.server.registry;

import static dev.clew.server.registry.RegistryFixture.ANN;
import static dev.clew.server.registry.RegistryFixture.BOB;
import static dev.clew.server.registry.RegistryFixture.PROJECT;
import static dev.clew.server.registry.RegistryFixture.WORKSPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Rel;
import dev.clew.server.common.Uid;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.storage.EveryEngine;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@EveryEngine
class RegistryTest {
    private RegistryFixture fixture;
    private Registry registry;

    @BeforeEach
    void open(@TempDir Path folder) {
        fixture = new RegistryFixture(folder);
        registry = fixture.registry;
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, ErrorCode code, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ClewException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessage(message);
    }

    @Test
    void makesAModelOnce() {
        var created = registry.create(ANN, WORKSPACE, PROJECT, "credit", "scores", Map.of("team", "risk"));
        assertThat(created.entries()).hasSize(1);
        assertThat(registry.view(WORKSPACE, "credit").orElseThrow())
                .satisfies(view -> assertThat(view.tags()).containsExactly(Map.entry("team", "risk")))
                .satisfies(view -> assertThat(view.model().createdBy()).isEqualTo("usr:ann"));
        refused(
                () -> fixture.model("credit"),
                ErrorCode.ALREADY_EXISTS,
                "Registered Model (name=credit) already exists.");
    }

    @Test
    void modelsAndPromptsShareNames() {
        var prompt = Map.of(ModelTag.IS_PROMPT, "true");
        registry.create(ANN, WORKSPACE, PROJECT, "greet", "", prompt);
        refused(
                () -> registry.create(ANN, WORKSPACE, PROJECT, "greet", "", prompt),
                ErrorCode.ALREADY_EXISTS,
                "Prompt (name=greet) already exists.");
        refused(
                () -> fixture.model("greet"),
                ErrorCode.ALREADY_EXISTS,
                "Tried to create a registered model with name 'greet', but the name is already taken by a prompt. MLflow does not allow creating a model and a prompt with the same name.");
        fixture.model("credit");
        refused(
                () -> registry.create(ANN, WORKSPACE, PROJECT, "credit", "", prompt),
                ErrorCode.ALREADY_EXISTS,
                "Tried to create a prompt with name 'credit', but the name is already taken by a registered model. MLflow does not allow creating a model and a prompt with the same name.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\" \"|Missing value for required parameter 'name'.",
                "a/b|Invalid model name 'a/b'. Names cannot contain '/' or ':'.",
                "a:b|Invalid model name 'a:b'. Names cannot contain '/' or ':'."
            })
    void refusesBadNames(String name, String message) {
        refused(() -> fixture.model(name), ErrorCode.INVALID_ARGUMENT, message);
    }

    @Test
    void refusesWhatIsTooLong() {
        refused(
                () -> fixture.model("n".repeat(257)),
                ErrorCode.INVALID_ARGUMENT,
                "'name' exceeds the maximum length of 256 characters");
        fixture.model("credit");
        refused(
                () -> registry.tag(ANN, WORKSPACE, "credit", "k".repeat(251), "v"),
                ErrorCode.INVALID_ARGUMENT,
                "'key' exceeds the maximum length of 250 characters");
        refused(
                () -> registry.tag(ANN, WORKSPACE, "credit", "k", "v".repeat(100_001)),
                ErrorCode.INVALID_ARGUMENT,
                "'value' exceeds the maximum length of 100000 characters");
        // Counted in characters, not in UTF-16 units.
        registry.tag(ANN, WORKSPACE, "credit", "k", "\uD83D\uDE42".repeat(100_000));
        refused(
                () -> fixture.version("credit", "s3://b", Map.of(ModelTag.PROMPT_TEXT, "v".repeat(100_001))),
                ErrorCode.INVALID_ARGUMENT,
                "Prompt text exceeds max length of 100000 characters.");
    }

    @Test
    void boundsAllTagsOfAModel() {
        fixture.model("credit");
        for (int i = 0; i < 10; i++) {
            registry.tag(ANN, WORKSPACE, "credit", "k" + i, "v".repeat(100_000));
        }
        assertThatThrownBy(() -> registry.tag(ANN, WORKSPACE, "credit", "more", "v".repeat(100_000)))
                .hasMessageStartingWith("A model or version keeps at most 1000 tags of 1048576 characters in all");
        registry.tag(ANN, WORKSPACE, "credit", "k0", "replaced");
    }

    @Test
    void renamesAModelWithAllItHas() {
        fixture.model("credit");
        fixture.version("credit");
        fixture.alias("credit", "blue", 1);
        registry.rename(ANN, WORKSPACE, "credit", "loans");
        assertThat(registry.model(WORKSPACE, "credit")).isEmpty();
        assertThat(registry.aliased(WORKSPACE, "loans", "blue").name()).isEqualTo("loans");
        assertThat(registry.versions()
                        .find(WORKSPACE, "loans", "@blue")
                        .orElseThrow()
                        .modelName())
                .isEqualTo("loans");
        assertThat(registry.versions().find(WORKSPACE, "credit", "1")).isEmpty();
        fixture.model("credit");
        refused(
                () -> registry.rename(ANN, WORKSPACE, "loans", "credit"),
                ErrorCode.ALREADY_EXISTS,
                "Registered Model (name=credit) already exists.");
    }

    @Test
    void aDeletedModelFreesItsNameAndKeepsItsVersionsForWhatTheyDecided() {
        fixture.model("credit");
        var old = fixture.version("credit").version();
        fixture.alias("credit", "blue", 1);
        registry.delete(ANN, WORKSPACE, "credit");
        refused(
                () -> registry.version(WORKSPACE, "credit", "1"),
                ErrorCode.NOT_FOUND,
                "Model Version (name=credit, version=1) not found");
        assertThat(registry.versions().find(WORKSPACE, "credit", "blue")).isEmpty();
        assertThat(registry.versions().byUid(old.uid()).orElseThrow().modelName())
                .isEqualTo("credit");
        fixture.model("credit");
        assertThat(registry.view(WORKSPACE, "credit").orElseThrow().aliases()).isEmpty();
        assertThat(fixture.version("credit").version().number()).isEqualTo(1);
    }

    @Test
    void neverUsesAVersionNumberTwice() {
        fixture.model("credit");
        fixture.version("credit");
        fixture.version("credit");
        fixture.alias("credit", "blue", 2);
        registry.delete(ANN, WORKSPACE, "credit", "2");
        refused(
                () -> registry.version(WORKSPACE, "credit", "2"),
                ErrorCode.NOT_FOUND,
                "Model Version (name=credit, version=2) not found");
        refused(
                () -> registry.aliased(WORKSPACE, "credit", "blue"),
                ErrorCode.INVALID_ARGUMENT,
                "Registered model alias blue not found.");
        assertThat(fixture.version("credit").version().number()).isEqualTo(3);
        assertThat(registry.aliased(WORKSPACE, "credit", "latest").version().number())
                .isEqualTo(3);
    }

    @Test
    void concurrentRegistrationsGetConsecutiveNumbers() throws Exception {
        fixture.model("credit");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Long>> tasks = IntStream.range(0, 200)
                    .<Callable<Long>>mapToObj(
                            _ -> () -> fixture.version("credit").version().number())
                    .toList();
            var numbers = threads.invokeAll(tasks).stream()
                    .map(future -> future.resultNow())
                    .sorted()
                    .toList();
            assertThat(numbers)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 200).boxed().toList());
        }
    }

    @Test
    void keepsWhereAVersionComesFromAndWhoMadeIt() {
        Uid run = Uid.next(1);
        Uid logged = Uid.next(2);
        fixture.files.run(run, PROJECT, "usr:carol");
        fixture.files.model(logged, run, PROJECT, "usr:carol", "svc:trainer");
        fixture.files.file(FilesInMemory.location(logged), "model.xgb", 70, "b");
        fixture.files.file(FilesInMemory.location(logged), "MLmodel", 300, "a");
        fixture.model("credit");
        String id = "m-" + logged.hex();
        var version = registry.register(
                        ANN, WORKSPACE, "credit", new Registration("models:/" + id, null, id, "", "first", Map.of()))
                .answer()
                .version();
        assertThat(version.source()).isEqualTo("models:/" + id);
        assertThat(version.location()).isEqualTo(FilesInMemory.location(logged));
        assertThat(version.runId()).isEqualTo(run.hex());
        assertThat(version.contributors()).containsExactlyInAnyOrder("usr:carol", "svc:trainer", "usr:ann");
        assertThat(version.files()).isEqualTo(2);
        assertThat(version.bytes()).isEqualTo(370);
        // Computed by other hands: SHA-256 over the two canonical maps, by name.
        assertThat(version.digest())
                .asHexString()
                .isEqualToIgnoringCase("7bbb9096a985a51f9f1ea927e37bc88418666eb5b6aa41abead9a86359fd7c15");
        assertThat(links(version.uid()))
                .contains("from run:" + run.hex(), "derived-from logged-model:" + logged.hex())
                .anyMatch(link -> link.startsWith("version-of model:"));

        fixture.files.file(FilesInMemory.location(logged), "later.txt", 1, "c");
        assertThat(registry.version(WORKSPACE, "credit", "1").version().digest())
                .isEqualTo(version.digest());
        var again = registry.register(
                        ANN, WORKSPACE, "credit", new Registration("models:/" + id, null, id, "", "", Map.of()))
                .answer()
                .version();
        assertThat(again.digest()).isNotEqualTo(version.digest());
    }

    private List<String> links(Uid version) {
        return fixture.journal
                .database()
                .read(sql -> sql.query("""
                        SELECT l.rel, d.kind, d.uid FROM node s JOIN link l ON l.src = s.nid JOIN node d ON d.nid = l.dst
                        WHERE s.kind = :kind AND s.uid = :uid""")
                        .bind("kind", (long) Kind.MODEL_VERSION.number())
                        .bind("uid", version)
                        .list(row -> "%s %s:%s"
                                .formatted(
                                        Rel.of((int) row.integer("rel")).text(),
                                        Kind.of((int) row.integer("kind")).text(),
                                        row.uid("uid").hex())));
    }

    @Test
    void aVersionWithoutFilesIsItsSource() {
        fixture.model("credit");
        assertThat(fixture.version("credit", "s3://b/m", Map.of()).version().digest())
                .asHexString()
                .isEqualToIgnoringCase("588e85bdb4122db11a3c8454336095c1a1ab90d6fdc2b3e154617294b1ae4bc2");
    }

    @Test
    void aPromptIsItsText() {
        registry.create(ANN, WORKSPACE, PROJECT, "greet", "", Map.of(ModelTag.IS_PROMPT, "true"));
        var tags = Map.of(ModelTag.IS_PROMPT, "true", ModelTag.PROMPT_TEXT, "Hi {{n}}");
        assertThat(fixture.version("greet", "dummy-source", tags).version().digest())
                .asHexString()
                .isEqualToIgnoringCase("6c947c4cfce2cd36920f9d2ff86a330ef37b723b4a8322e83e36ec7007757f2a");
        registry.tag(ANN, WORKSPACE, "greet", "1", ModelTag.PROMPT_TEXT, "Hi {{n}}");
        refused(
                () -> registry.tag(ANN, WORKSPACE, "greet", "1", ModelTag.PROMPT_TEXT, "Bye"),
                ErrorCode.WRONG_STATE,
                "The text of version 1 of greet was fixed when it was registered; register a new version with the other text.");
        refused(
                () -> fixture.version("greet", "s3://elsewhere", tags),
                ErrorCode.INVALID_ARGUMENT,
                "Invalid prompt source: 's3://elsewhere'. Prompt sources must use an MLflow placeholder.");
    }

    @Test
    void aVersionOfAVersionIsTheSameContent() {
        fixture.model("credit");
        fixture.model("live");
        var first = fixture.version("credit", "s3://b/m", Map.of()).version();
        fixture.alias("credit", "blue", 1);
        for (String source :
                List.of("models:/credit/1", "models:/credit/latest", "models:/credit@blue", "models:/credit/none")) {
            var copy = fixture.version("live", source, Map.of()).version();
            assertThat(copy.source()).isEqualTo("models:/credit/1");
            assertThat(copy.location()).isEqualTo("s3://b/m");
            assertThat(copy.digest()).isEqualTo(first.digest());
            assertThat(links(copy.uid()))
                    .contains("derived-from model-version:" + first.uid().hex());
        }
        refused(
                () -> fixture.version("live", "models:/credit/9", Map.of()),
                ErrorCode.NOT_FOUND,
                "Model Version (name=credit, version=9) not found");
        refused(
                () -> registry.register(
                        ANN,
                        WORKSPACE,
                        "live",
                        new Registration("models:/credit/1", "another", null, "", "", Map.of())),
                ErrorCode.INVALID_ARGUMENT,
                "Invalid model version source: 'models:/credit/1'. The run_id and model_id request parameters must match the referenced model version.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "file:///etc/passwd",
                "C:\\models",
                "relative/path",
                "dummy-source",
                "http://127.0.0.1/x",
                "ftp://host/x",
                "mlflow-artifacts://host:1/1/x",
                "mlflow-artifacts:/1/0190aaaa/artifacts/m",
                "mlflow-artifacts:/1/%2e%2e/x",
                "s3://b/../x",
                "s3://b/%252e%252e/x",
                "s3://b/%2e%2e/%zz",
                "s3://b/x%00",
                "runs:/other/model",
                "runs://host/run/model",
                "models:/m-0123456789abcdef0123456789abcdef",
                "models://other/credit/1",
                "models:/a/b/c",
                "models:/"
            })
    void refusesSourcesThatLeadElsewhere(String source) {
        fixture.model("credit");
        assertThatThrownBy(() -> registry.register(
                        ANN, WORKSPACE, "credit", new Registration(source, "run", null, "", "", Map.of())))
                .isInstanceOfSatisfying(
                        ClewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
        assertThat(registry.view(WORKSPACE, "credit").orElseThrow().latest()).isEmpty();
    }

    @Test
    void acceptsARunThatNobodyKnowsForASourceOfThatRun() {
        fixture.model("credit");
        var version = registry.register(
                        ANN,
                        WORKSPACE,
                        "credit",
                        new Registration("runs:/some_run/model", "some_run", null, "", "", Map.of()))
                .answer()
                .version();
        assertThat(version.location()).isEqualTo("runs:/some_run/model");
        assertThat(version.run()).isNull();
    }

    @Test
    void aSourceOfThisServerBelongsToTheRunItNames() {
        Uid run = Uid.next(1);
        fixture.files.run(run, PROJECT, "usr:carol");
        fixture.model("credit");
        String source = "mlflow-artifacts:/1/%s/artifacts/model".formatted(run.hex());
        refused(
                () -> registry.register(
                        ANN, WORKSPACE, "credit", new Registration(source, null, null, "", "", Map.of())),
                ErrorCode.INVALID_ARGUMENT,
                "Invalid model version source: '%s'. The run_id request parameter must identify the resource that contains the source."
                        .formatted(source));
        assertThat(registry.register(
                                ANN, WORKSPACE, "credit", new Registration(source, run.hex(), null, "", "", Map.of()))
                        .answer()
                        .version()
                        .run())
                .isEqualTo(run);
    }

    @Test
    void movesAnAliasAndSaysSoOnce() {
        fixture.model("credit");
        fixture.version("credit");
        fixture.version("credit");
        assertThat(registry.setAlias(ANN, WORKSPACE, "credit", "blue", "1").entries())
                .hasSize(1);
        assertThat(registry.setAlias(ANN, WORKSPACE, "credit", "blue", "1").entries())
                .isEmpty();
        assertThat(registry.versions()
                        .find(WORKSPACE, "credit", "blue")
                        .orElseThrow()
                        .number())
                .isEqualTo(1);
        fixture.alias("credit", "blue", 2);
        assertThat(registry.versions()
                        .find(WORKSPACE, "credit", "@blue")
                        .orElseThrow()
                        .number())
                .isEqualTo(2);
        assertThat(registry.view(WORKSPACE, "credit").orElseThrow().aliases()).containsExactly(Map.entry("blue", 2L));
        registry.removeAlias(ANN, WORKSPACE, "credit", "blue");
        assertThat(registry.removeAlias(ANN, WORKSPACE, "credit", "blue").entries())
                .isEmpty();
        assertThat(registry.versions().find(WORKSPACE, "credit", "blue")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\"\"|Registered model alias name cannot be empty.",
                "a b|Invalid alias name: 'a b'. Names may only contain alphanumerics, underscores (_), and dashes (-).",
                "LATEST|'latest' alias name (case insensitive) is reserved.",
                "v12|Version alias name 'v12' is reserved."
            })
    void refusesBadAliases(String alias, String message) {
        fixture.model("credit");
        fixture.version("credit");
        refused(() -> fixture.alias("credit", alias, 1), ErrorCode.INVALID_ARGUMENT, message);
    }

    @Test
    void saysWhatIsNotThere() {
        refused(
                () -> registry.aliased(WORKSPACE, "nope", "a"),
                ErrorCode.NOT_FOUND,
                "Registered Model with name=nope not found");
        fixture.model("credit");
        refused(
                () -> registry.aliased(WORKSPACE, "credit", "latest"),
                ErrorCode.NOT_FOUND,
                "Latest version not found for model credit.");
        refused(
                () -> fixture.alias("credit", "blue", 1),
                ErrorCode.NOT_FOUND,
                "Model Version (name=credit, version=1) not found");
        refused(
                () -> registry.version(WORKSPACE, "credit", "x"),
                ErrorCode.INVALID_ARGUMENT,
                "Parameter 'version' must be an integer, got 'x'.");
        refused(
                () -> registry.latest(WORKSPACE, "credit", List.of("Live")),
                ErrorCode.INVALID_ARGUMENT,
                "Invalid Model Version stage: Live. Value must be one of None, Staging, Production, Archived.");
    }

    @Test
    void whoIsToldOfAMoveSeesIt() throws Exception {
        fixture.model("credit");
        int versions = 4;
        for (int i = 0; i < versions; i++) {
            fixture.version("credit");
        }
        fixture.alias("credit", "blue", 1);
        var isDone = new AtomicBoolean();
        // Platform threads: readers that never wait would keep virtual ones of the same carriers from running at all.
        try (var threads = Executors.newFixedThreadPool(3)) {
            try {
                // Readers load the alias all the time, so that each move races with what they are about to remember.
                for (int i = 0; i < 3; i++) {
                    threads.submit(() -> {
                        while (!isDone.get()) {
                            registry.versions()
                                    .find(WORKSPACE, "credit", "blue")
                                    .orElseThrow();
                        }
                    });
                }
                for (int round = 0; round < 300; round++) {
                    long number = 1 + round % versions;
                    fixture.alias("credit", "blue", number);
                    assertThat(registry.versions()
                                    .find(WORKSPACE, "credit", "blue")
                                    .orElseThrow()
                                    .number())
                            .isEqualTo(number);
                }
            } finally {
                isDone.set(true);
            }
        }
    }

    @Test
    void concurrentMovesEndWhereTheRowSays() throws Exception {
        fixture.model("credit");
        for (int i = 0; i < 8; i++) {
            fixture.version("credit");
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 25; round++) {
                List<Callable<Object>> moves = LongStream.rangeClosed(1, 8)
                        .<Callable<Object>>mapToObj(number -> () -> {
                            fixture.alias("credit", "blue", number);
                            return registry.versions().find(WORKSPACE, "credit", "blue");
                        })
                        .toList();
                threads.invokeAll(moves).forEach(move -> move.resultNow());
                assertThat(registry.versions()
                                .find(WORKSPACE, "credit", "blue")
                                .orElseThrow()
                                .number())
                        .isEqualTo(registry.aliased(WORKSPACE, "credit", "blue")
                                .version()
                                .number());
            }
        }
    }

    @Test
    void aProtectedAliasMovesOnlyToAnApprovedVersion() {
        fixture.model("credit");
        fixture.version("credit");
        fixture.version("credit");
        assertThatThrownBy(() -> fixture.alias("credit", "champion", 1))
                .isInstanceOfSatisfying(
                        ClewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.APPROVAL_REQUIRED))
                .hasMessageContaining("Version 1 of credit may not take alias champion")
                .hasMessageContaining("POST /api/clew/v1/approvals");
        fixture.approve("credit", 1);
        fixture.alias("credit", "champion", 1);
        assertThatThrownBy(() -> fixture.alias("credit", "champion", 2)).isInstanceOf(ClewException.class);
        assertThat(registry.versions()
                        .find(WORKSPACE, "credit", "champion")
                        .orElseThrow()
                        .number())
                .isEqualTo(1);
        assertThat(links(registry.version(WORKSPACE, "credit", "1").version().uid()))
                .anyMatch(link -> link.startsWith("approved approval:"));
        // An approval that ran out covers nothing any more.
        fixture.approve("credit", 2);
        fixture.journal.setNow(fixture.journal.clock().instant().plusSeconds(8 * 86_400));
        assertThatThrownBy(() -> fixture.alias("credit", "champion", 2)).isInstanceOf(ClewException.class);
        fixture.alias("credit", "blue", 2);
    }

    @Test
    void whoRegisteredAVersionCannotApproveIt() {
        fixture.model("credit");
        registry.register(BOB, WORKSPACE, "credit", new Registration("s3://b/m", null, null, "", "", Map.of()));
        assertThatThrownBy(() -> fixture.approve("credit", 1))
                .isInstanceOfSatisfying(
                        ClewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SEPARATION_OF_DUTIES));
    }

    @Test
    void aStageIsProtectedWithTheAliasOfItsName() {
        fixture.model("credit");
        fixture.version("credit");
        registry.transition(ANN, WORKSPACE, "credit", "1", "staging", false);
        assertThatThrownBy(() -> registry.transition(ANN, WORKSPACE, "credit", "1", "Production", false))
                .hasMessageContaining("Version 1 of credit may not take stage Production");
        fixture.approve("credit", 1);
        assertThat(registry.transition(ANN, WORKSPACE, "credit", "1", "production", false)
                        .answer()
                        .version()
                        .stage())
                .isEqualTo(Stage.PRODUCTION);
    }

    @Test
    void aModelIsNotRenamedUnderAProtectionItsAliasesNeverHad() {
        fixture.model("credit");
        fixture.version("credit");
        fixture.alias("credit", "gold", 1);
        assertThatThrownBy(() -> registry.rename(ANN, WORKSPACE, "credit", "risk"))
                .isInstanceOfSatisfying(
                        ClewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.APPROVAL_REQUIRED))
                .hasMessageContaining("gold");
        registry.removeAlias(ANN, WORKSPACE, "credit", "gold");
        registry.rename(ANN, WORKSPACE, "credit", "risk");
        assertThatThrownBy(() -> fixture.alias("risk", "gold", 1)).isInstanceOf(ClewException.class);
    }

    @Test
    void archivesWhatElseIsInAStage() {
        fixture.model("credit");
        for (int i = 0; i < 3; i++) {
            fixture.version("credit");
        }
        registry.transition(ANN, WORKSPACE, "credit", "1", "Staging", false);
        registry.transition(ANN, WORKSPACE, "credit", "2", "STAGING", false);
        registry.transition(ANN, WORKSPACE, "credit", "3", "Staging", true);
        assertThat(registry.latest(WORKSPACE, "credit", List.of()))
                .extracting(view ->
                        view.version().number() + " " + view.version().stage().text())
                .containsExactly("2 Archived", "3 Staging");
        assertThat(registry.latest(WORKSPACE, "credit", List.of("staging")))
                .singleElement()
                .satisfies(view -> assertThat(view.version().number()).isEqualTo(3));
        refused(
                () -> registry.transition(ANN, WORKSPACE, "credit", "3", "None", true),
                ErrorCode.INVALID_ARGUMENT,
                "Model version transition cannot archive existing model versions because 'None' is not an Active stage. Valid stages are ['Staging', 'Production']");
    }

    @Test
    void wordsForTheThread() {
        fixture.model("credit");
        fixture.version("credit");
        fixture.alias("credit", "blue", 1);
        var scope = new AuthorizedScope(ANN, new int[] {PROJECT}, false);
        var words = registry.descriptions();
        var node = words.resolve(Kind.MODEL_VERSION, "credit/1", scope).orElseThrow();
        assertThat(words.resolve(Kind.MODEL_VERSION, "credit@blue", scope)).contains(node);
        assertThat(words.resolve(Kind.MODEL_VERSION, node.uid().hex(), scope)).contains(node);
        assertThat(words.resolve(Kind.MODEL, "credit", scope)).isPresent();
        assertThat(words.resolve(Kind.MODEL, "credit", new AuthorizedScope(ANN, new int[] {99}, false)))
                .isEmpty();
        var description =
                words.describe(Kind.MODEL_VERSION, List.of(node.uid()), scope).get(node.uid());
        assertThat(description.ref()).isEqualTo("model-version:credit/1");
        assertThat(description.details())
                .containsEntry("aliases", List.of("blue"))
                .containsEntry("registered by", "usr:ann")
                .containsKeys("source", "digest");
    }
}
