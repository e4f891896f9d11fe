package dev.clew.server.common;

import java.util.Collection;
import java.util.function.UnaryOperator;

/**
 * What keeps duties apart, as of a moment: persons are compared, not accounts, so nobody is a second person by a service account of his
 * own or a second login.
 *
 * @param persons from a principal's id to that of who answers for it; never changes for a principal
 * @param solo whether one person may do what else takes two, which is recorded
 */
public record Duties(UnaryOperator<String> persons, boolean solo) {
    /** Whether one person answers for both. */
    public boolean isSame(String one, String other) {
        return persons.apply(one).equals(persons.apply(other));
    }

    /** Whether the person who answers for {@code who} answers for any of these too. */
    public boolean isAmong(String who, Collection<String> others) {
        return others.stream().anyMatch(other -> isSame(who, other));
    }
}
