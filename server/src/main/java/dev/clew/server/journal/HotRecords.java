package dev.clew.server.journal;

import java.util.Optional;

/** High-rate records. */
final class HotRecords {
    Optional<SeenRecord> seen(byte[] clientKey) {
        return Optional.empty();
    }
}
