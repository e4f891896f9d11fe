/**
 * Copies of a data directory and what makes one of them the directory again: an archive without keys, a key archive apart from it, and a
 * restore that repeats newer erasures before anything is served and notices when acknowledged entries would be lost.
 *
 * <p>Writes {@code backup.make} and {@code backup.restore}, both about the archive's manifest (kind {@code artifact}, its digest).
 */
@NullMarked
package dev.clew.server.backup;

import org.jspecify.annotations.NullMarked;
