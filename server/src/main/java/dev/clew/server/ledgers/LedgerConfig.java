package dev.clew.server.ledgers;

import dev.clew.server.config.Default;
import dev.clew.server.config.Doc;
import dev.clew.server.config.Named;
import java.time.Duration;

/** Settings {@code ledger.*}. */
public record LedgerConfig(
        @Default("")
        @Doc(
                "Name of the log, fixed at the first start: scheme-less, for example log.example.org/ledger; empty: a random name")
        String origin,

        @Named("public")
        @Default("none")
        @Doc("What anyone may read without a token: none, hashes (checkpoint, policy, hash tiles) or all (entries too)")
        Public publicAccess,

        @Default("250ms") @Doc("How soon after growth a signed checkpoint is published")
        Duration checkpointWithin,

        @Default("")
        @Doc(
                "File outside the data directory that remembers the last checkpoint; empty: below the user's state directory")
        String anchorFile) {
    /** What is served without a token. */
    public enum Public {
        NONE,
        HASHES,
        ALL
    }
}
