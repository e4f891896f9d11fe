package dev.clew.server.journal;

import static dev.clew.server.journal.TestTables.LATEST;
import static dev.clew.server.journal.TestTables.PAIRS;
import static dev.clew.server.journal.TestTables.POINTS;
import static dev.clew.server.journal.TestTables.THINGS;
import static dev.clew.server.journal.TestTables.thing;
import static dev.clew.server.journal.TestTables.uid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.encoding.ChangeList;
import dev.clew.ledger.encoding.Leaf;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Rel;
import dev.clew.server.journal.TestTables.Latest;
import dev.clew.server.journal.TestTables.Pair;
import dev.clew.server.journal.TestTables.Points;
import dev.clew.server.journal.TestTables.Thing;
import dev.clew.server.storage.EveryEngine;
import dev.clew.server.storage.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EveryEngine
class JournalTest {
    private static final Permit PERMIT = JournalFixture.permit(Permission.RUN_WRITE);

    @TempDir
    Path folder;

    private JournalFixture fixture;

    @BeforeEach
    void open() {
        fixture = JournalFixture.on(TestDatabase.open(folder), JournalConfig.DEFAULT);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private record Doing<R>(Needs needs, BiFunction<State, Moment, Decision<R>> deciding) implements Command<R> {
        @Override
        public Decision<R> decide(State state, Moment now) {
            return deciding.apply(state, now);
        }
    }

    private static Command<Thing> create(Thing thing) {
        return new Doing<>(
                Needs.of(THINGS, Key.of(thing.uid())).and(THINGS.index("name"), thing.name()),
                (state, now) -> state.find(THINGS.index("name"), thing.name()).isPresent()
                        ? Decision.refuse(ErrorCode.ALREADY_EXISTS, "taken")
                        : Decision.of(
                                thing, Change.of(Act.MODEL_CREATE, thing.node()).put(THINGS, thing)));
    }

    private static Command<Thing> put(Thing thing) {
        return new Doing<>(
                Needs.none(),
                (state, now) -> Decision.of(
                        thing, Change.of(Act.MODEL_UPDATE, thing.node()).put(THINGS, thing)));
    }

    private <R> Receipt<R> write(Command<R> command) {
        return fixture.journal().write(PERMIT, command);
    }

    private Optional<Thing> stored(String name) {
        return fixture.database()
                .read(sql -> sql.query("SELECT uid, name, grp, amount FROM test_thing WHERE uid = :uid")
                        .bind("uid", uid(name))
                        .first(THINGS::read));
    }

    @Test
    void writesRowAndEntryTogether() {
        var receipt = write(create(thing("a")));
        assertThat(receipt.entries()).hasSize(1);
        var entry = receipt.entries().getFirst();
        assertThat(entry.seq()).isZero();
        var stored = fixture.entries().at(0).orElseThrow();
        assertThat(Hashing.leaf(stored.leaf())).isEqualTo(entry.leafHash());
        var submission = Leaf.decode(stored.leaf()).decodeSubmission();
        assertThat(submission.act()).isEqualTo("model.create");
        assertThat(submission.who()).isEqualTo("usr:test");
        assertThat(submission.oldDigest()).isNull();
        assertThat(submission.newDigest()).isEqualTo(ChangeList.digest(stored.changes()));
        assertThat(stored("a")).contains(thing("a"));
    }

    @Test
    void refusesTheSecondOfTwoEqualCreatesInOneGroup() {
        var futures = IntStream.range(0, 50)
                .mapToObj(i -> fixture.journal().submit(PERMIT, create(thing("same"))))
                .toList();
        assertThat(futures.stream().filter(f -> f.handle((r, e) -> e == null).join()))
                .hasSize(1);
        assertThat(fixture.entries().size()).isEqualTo(1);
    }

    @Test
    void refusesAnotherRowUnderATakenUniqueValue() {
        write(create(thing("a")));
        assertThatThrownBy(() -> write(put(new Thing(uid("b"), "a", null, null))))
                .isInstanceOfSatisfying(
                        ClewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS));
        assertThat(fixture.entries().size()).isEqualTo(1);
    }

    @Test
    void putsAnEqualRowWithoutAnEntry() {
        write(create(thing("a")));
        var receipt = write(put(thing("a")));
        assertThat(receipt.entries()).isEmpty();
        assertThat(fixture.entries().size()).isEqualTo(1);
    }

    @Test
    void keepsWhatAnEntryReplaces() {
        write(create(thing("a")));
        write(put(thing("a").named("b")));
        write(put(thing("a").named("c")));
        var history = new RowHistory(fixture.database()).of(THINGS, Key.of(uid("a")));
        assertThat(history).extracting(RowHistory.Image::seq).containsExactly(1L, 0L);
        assertThat(history).extracting(RowHistory.Image::until).containsExactly(2L, 1L);
        assertThat(history.getFirst().fields()).containsEntry("name", "b");
    }

    @Test
    void swapsUniqueValuesWithinOneDecision() {
        write(create(thing("a")));
        write(create(thing("b")));
        write(new Doing<>(
                Needs.of(THINGS, Key.of(uid("a"))).and(THINGS, Key.of(uid("b"))),
                (state, now) -> Decision.of(
                        "done",
                        Change.of(Act.MODEL_UPDATE, thing("a").node())
                                .put(THINGS, thing("a").named("x")),
                        Change.of(Act.MODEL_UPDATE, thing("b").node())
                                .put(THINGS, thing("b").named("a")),
                        Change.of(Act.MODEL_UPDATE, thing("a").node())
                                .put(THINGS, thing("a").named("b")))));
        assertThat(stored("a").orElseThrow().name()).isEqualTo("b");
        assertThat(stored("b").orElseThrow().name()).isEqualTo("a");
    }

    @Test
    void writesNothingOfADecisionThatFailsHalfWay() {
        write(create(thing("a")));
        assertThatThrownBy(() -> write(new Doing<>(
                        Needs.none(),
                        (state, now) -> Decision.of(
                                "never",
                                Change.of(Act.MODEL_CREATE, thing("b").node()).put(THINGS, thing("b")),
                                Change.of(Act.MODEL_CREATE, thing("c").node())
                                        .put(THINGS, thing("c").named("a"))))))
                .isInstanceOf(ClewException.class);
        assertThat(stored("b")).isEmpty();
        assertThat(write(create(thing("b"))).entries().getFirst().seq()).isEqualTo(1);
    }

    @Test
    void drawsNumbersOnceAndGivesBackThoseOfRefusals() {
        var draw = new Doing<Long>(Needs.none().andNextNumber("test"), (state, now) -> {
            long number = state.next("test");
            return Decision.of(
                    number,
                    Change.of(Act.MODEL_CREATE, thing("n" + number).node()).put(THINGS, thing("n" + number)));
        });
        var refuse = new Doing<Long>(Needs.none().andNextNumber("test"), (state, now) -> {
            state.next("test");
            return Decision.refuse(ErrorCode.WRONG_STATE, "no");
        });
        List<CompletableFuture<Receipt<Long>>> futures = IntStream.range(0, 20)
                .mapToObj(i -> fixture.journal().submit(PERMIT, i % 2 == 0 ? draw : refuse))
                .toList();
        var numbers = futures.stream()
                .filter(f -> f.handle((r, e) -> e == null).join())
                .map(f -> f.join().answer())
                .toList();
        assertThat(numbers)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 10).mapToObj(i -> (long) i).toList());
    }

    @Test
    void packsPointsAndKeepsDerivedRows() {
        var command = new Doing<Long>(Needs.of(POINTS.index("owner"), 7L).and(LATEST, Key.of(7L)), (state, now) -> {
            long before = state.all(POINTS.index("owner"), 7L).stream()
                    .mapToLong(row -> row.body().length)
                    .sum();
            return Decision.of(
                    before,
                    Change.of(Act.RUN_LOG, Node.of(Kind.RUN, uid("run")))
                            .append(POINTS, new Points(7, new byte[] {1, 2, 3}))
                            .derive(LATEST, new Latest(7, before + 3, before)));
        });
        var futures = IntStream.range(0, 5)
                .mapToObj(i -> fixture.journal().submit(PERMIT, command))
                .toList();
        assertThat(futures.stream().map(f -> f.join().answer())).containsExactly(0L, 3L, 6L, 9L, 12L);
        List<Latest> latest = fixture.database()
                .read(sql ->
                        sql.query("SELECT owner, total, first FROM test_latest").list(LATEST::read));
        assertThat(latest).containsExactly(new Latest(7, 15, 0));
    }

    @Test
    void numbersNodesAndRestartsEndedLinks() {
        var from = thing("a").node();
        var to = Node.of(Kind.RUN, uid("run"));
        Command<String> link = event(Change.of(Act.MODEL_UPDATE, from).event().link(Rel.FROM, to));
        Command<String> end =
                event(Change.of(Act.MODEL_UPDATE, from).event().endLink(new Link(from, Rel.FROM, to, null)));
        write(link);
        write(link);
        assertThat(links()).containsExactly(List.of(1L, 2L, 0L));
        write(end);
        assertThat(ends()).containsExactly(List.of(0L, 2L));
        write(link);
        assertThat(links()).containsExactly(List.of(1L, 2L, 3L));
        write(event(Change.of(Act.MODEL_UPDATE, from).event().name(to, "a run")));
        Optional<String> name = fixture.database()
                .read(sql -> sql.query("SELECT name FROM node WHERE nid = 2").first(row -> row.text("name")));
        assertThat(name).contains("a run");
    }

    private static Command<String> event(Change change) {
        return new Doing<>(Needs.none(), (state, now) -> Decision.of("done", change));
    }

    private List<List<Long>> links() {
        return fixture.database()
                .read(sql -> sql.query("SELECT src, dst, seq FROM link")
                        .list(row -> List.of(row.integer("src"), row.integer("dst"), row.integer("seq"))));
    }

    private List<List<Long>> ends() {
        return fixture.database()
                .read(sql -> sql.query("SELECT since, seq FROM link_end")
                        .list(row -> List.of(row.integer("since"), row.integer("seq"))));
    }

    @Test
    void acknowledgedChangeSurvivesReopening() {
        var receipt = write(create(thing("a")));
        fixture.close();
        fixture = JournalFixture.on(TestDatabase.open(folder), JournalConfig.DEFAULT);
        assertThat(Hashing.leaf(fixture.entries().at(0).orElseThrow().leaf()))
                .isEqualTo(receipt.entries().getFirst().leafHash());
        assertThat(write(create(thing("b"))).entries().getFirst().seq()).isEqualTo(1);
    }

    @Test
    void givesStrictlyIncreasingTimesUnderAFrozenClock() {
        for (int i = 0; i < 5; i++) {
            write(create(thing("t" + i)));
        }
        var micros = fixture.entries().range(0, 10).stream()
                .map(Entries.Stored::micros)
                .toList();
        long start = JournalFixture.START.toEpochMilli() * 1_000;
        assertThat(micros).containsExactly(start, start + 1, start + 2, start + 3, start + 4);
    }

    @Test
    void findsEntriesByActPersonAndThing() {
        write(create(thing("a")));
        write(create(thing("b")));
        write(put(thing("a").named("c")));
        var byThing = new Entries.Filter(null, null, null, thing("a").node(), null, null);
        assertThat(fixture.entries().find(byThing, Long.MAX_VALUE, 10))
                .extracting(Entries.Head::seq)
                .containsExactly(2L, 0L);
        var byAct = new Entries.Filter(new long[] {3}, "model.create", "usr:test", null, null, null);
        assertThat(fixture.entries().find(byAct, 1, 10))
                .extracting(Entries.Head::seq)
                .containsExactly(0L);
    }

    @Test
    void keepsPairsUnderACompositeKey() {
        var pair = new Pair(uid("p"), "k\"\\ü", 5);
        write(new Doing<>(
                Needs.of(PAIRS, Key.of(uid("p"), pair.k())),
                (state, now) -> Decision.of(
                        "put", Change.of(Act.MODEL_UPDATE, thing("p").node()).put(PAIRS, pair))));
        var found = write(new Doing<>(
                Needs.of(PAIRS, Key.of(uid("p"), pair.k())),
                (state, now) -> Decision.unchanged(state.find(PAIRS, Key.of(uid("p"), pair.k())))));
        assertThat(found.answer()).contains(pair);
    }
}
