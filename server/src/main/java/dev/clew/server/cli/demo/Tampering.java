package dev.clew.server.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Act 9: a copy of the data is damaged in three ways, and {@code clew fsck --state} names each. */
final class Tampering {
    private static final String SEGMENTS = "decisions";
    private static final int SHOWN = 3;

    private Tampering() {}

    static void play(Stage stage) {
        stage.act("Somebody tampers with a copy of the data");
        try (var copy = DamagedCopy.of(stage)) {
            stage.expect(copy.fsck().exit() == 0, "clew fsck --state finds the untouched copy clean");

            DamagedCopy.flip(copy.first("ledger/tile/0").orElseThrow());
            found(stage, copy.fsck(), "tile", "a byte of a tile of the ledger");
            copy.change("UPDATE run SET name = 'a-better-run' WHERE name = 'xgboost-german-credit'", change -> {});
            found(stage, copy.fsck(), "run", "a row of the runs, edited in the database");
            var segment = copy.first(SEGMENTS);
            if (segment.isPresent()) {
                DamagedCopy.flip(segment.get());
            } else {
                copy.change("UPDATE hot_chunk SET subs = :other", change -> change.bind("other", new byte[8]));
            }
            found(stage, copy.fsck(), segment.isPresent() ? "segment" : "chunk", "a batch of decisions");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void found(Stage stage, DamagedCopy.Checked checked, String word, String what) {
        checked.lines().stream().limit(SHOWN).forEach(line -> stage.say("  " + line));
        stage.expect(checked.exit() == 1 && checked.names(word), "it names what was changed: " + what);
    }
}
