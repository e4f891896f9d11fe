package dev.clew.server.decisions;

import dev.clew.server.config.Default;
import dev.clew.server.config.Doc;
import java.time.Duration;

/** Settings {@code decisions.*}. */
public record DecisionsConfig(
        @Default("9600h") @Doc("Decisions whose event is older than this when they arrive are flagged late.")
        Duration late) {}
