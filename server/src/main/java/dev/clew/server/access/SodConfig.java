package dev.clew.server.access;

import dev.clew.server.config.Default;
import dev.clew.server.config.Doc;

/** Settings {@code sod.*}: separation of duties. */
public record SodConfig(
        @Default("strict")
        @Doc(
                "strict refuses the approval of own work; solo lets it pass and records it as such, while at most one person can act: with two it ends, and the next start with it is refused")
        Mode mode) {
    /** Whether duties are separated. */
    public enum Mode {
        STRICT,
        SOLO
    }
}
