/**
 * Requests of the people whom records are about: who is this in our records, all we hold, who looked, erase.
 *
 * <p>Writes {@code subject.erase.request}, {@code subject.erase}, {@code subject.erase.verify} and {@code subject.erase.refuse}, each about
 * the erasure's own random uid (kind {@code key}: what goes is a key). No entry, row, log line or address names the person: her psid
 * stands in the vault and nowhere here. Links {@code key —acted→ principal}. Meets the features that hold records through the port
 * {@code PersonalData}.
 */
@NullMarked
package dev.clew.server.privacy;

import org.jspecify.annotations.NullMarked;
