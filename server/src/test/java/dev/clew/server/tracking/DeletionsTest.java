package dev.clew.server.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Rel;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.JournalConfig;
import dev.clew.server.journal.JournalFixture;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import dev.clew.server.ports.Versions;
import dev.clew.server.storage.EveryEngine;
import dev.clew.server.storage.TestDatabase;
import dev.clew.server.trace.Dependents;
import dev.clew.server.tracking.Deletions.Deleted;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EveryEngine
class DeletionsTest {
    private static final int SCOPE = Scopes.DEFAULT_PROJECT;
    private static final Permit PERMIT = Permit.system(Permission.RUN_WRITE, SCOPE);

    private JournalFixture fixture;
    private Tracking tracking;
    private Deletions deletions;

    @BeforeEach
    void open(@TempDir Path folder) {
        fixture = JournalFixture.on(TestDatabase.open(folder), JournalConfig.DEFAULT);
        tracking = new Tracking(fixture.journal(), fixture.database(), fixture.clock());
        tracking.open();
        deletions = new Deletions(fixture.journal(), tracking);
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    private Run deletedRun() {
        Run run = tracking.createRun(PERMIT, SCOPE, 0, "ann", 1, Map.of("mlflow.runName", "first"))
                .answer();
        return tracking.moveRun(PERMIT, SCOPE, run.uid(), Lifecycle.DELETED).answer();
    }

    private Deleted found() {
        List<Deleted> found = deletions.runs(Long.MAX_VALUE, -1, 10);
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static void refused(Runnable call, ErrorCode code) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        ClewException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    /** No version is known. */
    private static final class NoVersions implements Versions {
        @Override
        public Optional<Version> find(int workspace, String model, String versionOrAlias) {
            return Optional.empty();
        }

        @Override
        public Optional<Version> byUid(Uid version) {
            return Optional.empty();
        }

        @Override
        public boolean isLive(Uid version) {
            return false;
        }

        @Override
        public Needs needs(Uid version) {
            return Needs.none();
        }

        @Override
        public Optional<Version> read(State state, Uid version) {
            return Optional.empty();
        }
    }

    private record Said(Act act, Node node) implements Command<Boolean> {
        @Override
        public Needs needs() {
            return Needs.none();
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            return Decision.of(true, Change.of(act, node).scope(SCOPE).event());
        }
    }

    @Test
    void onlyWhatWasDeletedLongEnoughAgoIsFound() {
        Run run = deletedRun();
        long at = java.util.Objects.requireNonNull(run.deletedAt());
        assertThat(deletions.runs(at - 1, -1, 10)).isEmpty();
        assertThat(deletions.runs(at, -1, 10)).hasSize(1);
        assertThat(deletions.runs(at, run.nid(), 10)).isEmpty();
    }

    @Test
    void aRunThatWasRestoredMeanwhileStays() {
        Run run = deletedRun();
        Deleted found = found();
        tracking.moveRun(PERMIT, SCOPE, run.uid(), Lifecycle.ACTIVE);
        refused(() -> deletions.purge(PERMIT, found, _ -> true), ErrorCode.WRONG_STATE);
        assertThat(tracking.run(run.uid(), SCOPE)).isPresent();
    }

    @Test
    void aRunThatSomethingCameToRestOnMeanwhileStays() {
        Run run = deletedRun();
        Deleted found = found();
        refused(() -> deletions.purge(PERMIT, found, _ -> false), ErrorCode.STALE);
        assertThat(tracking.run(run.uid(), SCOPE)).isPresent();
        deletions.purge(PERMIT, found, _ -> true);
        assertThat(tracking.run(run.uid(), SCOPE)).isEmpty();
        refused(() -> deletions.purge(PERMIT, found, _ -> true), ErrorCode.NOT_FOUND);
    }

    @Test
    void anExperimentWithARunInItStays() {
        long id = tracking.createExperiment(PERMIT, SCOPE, "credit", null, Map.of())
                .answer()
                .id();
        tracking.createRun(PERMIT, SCOPE, id, "ann", 1, Map.of("mlflow.runName", "first"));
        tracking.moveExperiment(PERMIT, SCOPE, id, Lifecycle.DELETED);
        Deleted experiment = deletions.experiments(Long.MAX_VALUE, -1, 10).getFirst();
        refused(() -> deletions.purge(PERMIT, experiment, _ -> true), ErrorCode.HELD);
    }

    @Test
    void aHoldOfTheRunOrOfItsExperimentKeepsItUntilItIsReleased() {
        var dependents = new Dependents(fixture.database(), List.of(), new NoVersions());
        deletedRun();
        Deleted found = found();
        for (Node held : List.of(found.node(), found.experimentNode())) {
            assertThat(dependents
                            .on(PERMIT, found.node(), found.experimentNode())
                            .holders())
                    .isEmpty();
            fixture.journal().write(PERMIT, new Said(Act.HOLD_PLACE, held));
            assertThat(dependents
                            .on(PERMIT, found.node(), found.experimentNode())
                            .holders())
                    .extracting(Dependents.Holder::kind)
                    .containsExactly("hold");
            fixture.journal().write(PERMIT, new Said(Act.HOLD_RELEASE, held));
        }
    }

    @Test
    void aLinkMadeAfterTheLookIsSeenInsideTheTransaction() {
        var dependents = new Dependents(fixture.database(), List.of(), new NoVersions());
        Run run = deletedRun();
        Deleted found = found();
        var resting = dependents.on(PERMIT, found.node(), found.experimentNode());
        assertThat(fixture.database().<Boolean>read(resting::isStill)).isTrue();
        fixture.journal().write(PERMIT, new Linking(run.node()));
        assertThat(fixture.database().<Boolean>read(resting::isStill)).isFalse();
        refused(() -> deletions.purge(PERMIT, found, resting::isStill), ErrorCode.STALE);
    }

    /** A model version that comes from the run. */
    private record Linking(Node run) implements Command<Boolean> {
        @Override
        public Needs needs() {
            return Needs.none();
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            Node version = Node.of(Kind.MODEL_VERSION, Uid.next(7));
            return Decision.of(
                    true,
                    Change.of(Act.MODEL_VERSION_REGISTER, version)
                            .scope(SCOPE)
                            .event()
                            .link(Rel.FROM, run));
        }
    }
}
