package dev.clew.server.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.ledger.encoding.Act;
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
import dev.clew.server.journal.JournalFixture;
import dev.clew.server.journal.Link;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import dev.clew.server.storage.EveryEngine;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EveryEngine
class GraphTest {
    private static final Node ALIAS = Node.of(Kind.MODEL, Uid.parse("01".repeat(16)));
    private static final Node VERSION = Node.of(Kind.MODEL_VERSION, Uid.parse("02".repeat(16)));
    private static final Link LINK = new Link(ALIAS, Rel.OF, VERSION, null);

    @TempDir
    Path folder;

    @Test
    void seesALinkAsItHeldAtEachSizeOfTheLog() {
        try (var fixture = JournalFixture.open(folder)) {
            long first = write(fixture, true);
            long ended = write(fixture, false);
            long again = write(fixture, true);
            var graph = new Graph(fixture.database());
            long alias = graph.node(ALIAS).orElseThrow().nid();

            assertThat(seqs(graph, alias, first)).isEmpty();
            assertThat(seqs(graph, alias, first + 1)).containsExactly(first);
            assertThat(seqs(graph, alias, ended + 1)).isEmpty();
            assertThat(seqs(graph, alias, again + 1)).containsExactly(again);
        }
    }

    @Test
    void reachesEffectsFromTheirCause() {
        try (var fixture = JournalFixture.open(folder)) {
            long seq = write(fixture, true);
            var graph = new Graph(fixture.database());
            long version = graph.node(VERSION).orElseThrow().nid();
            long alias = graph.node(ALIAS).orElseThrow().nid();
            assertThat(graph.level(List.of(version), false, seq + 1, 10))
                    .containsExactly(new Graph.Edge(alias, Rel.OF, version, seq));
            assertThat(graph.level(List.of(version), true, seq + 1, 10)).isEmpty();
        }
    }

    private static List<Long> seqs(Graph graph, long nid, long size) {
        return graph.level(List.of(nid), true, size, 10).stream()
                .map(Graph.Edge::seq)
                .toList();
    }

    private static long write(JournalFixture fixture, boolean begins) {
        return fixture.journal()
                .write(Permit.system(Permission.MODEL_WRITE, Scopes.DEFAULT_PROJECT), new Linking(begins))
                .entries()
                .getFirst()
                .seq();
    }

    private record Linking(boolean begins) implements Command<Boolean> {
        @Override
        public Needs needs() {
            return Needs.none();
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            Change change = Change.of(Act.MODEL_UPDATE, ALIAS).event();
            return Decision.of(true, begins ? change.link(LINK) : change.endLink(LINK));
        }
    }
}
