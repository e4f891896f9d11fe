package dev.clew.server.privacy;

import dev.clew.server.config.Default;
import dev.clew.server.config.Doc;
import java.time.Duration;

/** Settings {@code privacy.*}. */
public record PrivacyConfig(
        @Default("15m")
        @Doc("How long the handle of a subject that was looked up may be used; it is kept in memory alone")
        Duration handleValid,

        @Default("30d")
        @Doc(
                "How long a key archive of a backup may be kept; an erasure is complete when that has passed since its execution")
        Duration backupHorizon,

        @Default("")
        @Doc(
                "File outside the data directory that lists erasures for later restores; empty: beside the ledger's anchor, with its name and .erasures")
        String erasuresFile) {}
