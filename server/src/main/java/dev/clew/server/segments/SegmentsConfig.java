package dev.clew.server.segments;

import dev.clew.server.config.Between;
import dev.clew.server.config.Default;
import dev.clew.server.config.Doc;
import dev.clew.server.config.Size;
import java.time.Duration;

/** Settings {@code segments.*}: when records leave the database for files of their own. */
public record SegmentsConfig(
        @Default("5m")
        @Between(least = "1s", most = "24h")
        @Doc("Age at which closed batches of records are moved from the database to a segment at the latest.")
        Duration after,

        @Default("4096")
        @Between(least = "1", most = "1000000")
        @Doc("Chunks of records in the database at which they are moved without waiting for segments.after.")
        int maxChunks,

        @Default("32MiB")
        @Between(least = "64KiB", most = "1GiB")
        @Doc(
                "Size of a segment: with so much in the database records are moved at once, and smaller ones are joined up to it.")
        Size size) {}
