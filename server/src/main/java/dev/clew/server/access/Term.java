package dev.clew.server.access;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * For how long a role is given.
 *
 * @param end when it ends by itself, null for never or for {@link #USUAL}
 * @param isSaid whether who gives it said so, rather than leaving it to the role
 */
public record Term(@Nullable Instant end, boolean isSaid) {
    /** Approvers, deployers and auditors for 90 days, all others until it is taken back. */
    public static final Term USUAL = new Term(null, false);

    /** Until it is taken back. */
    public static final Term NEVER_ENDING = new Term(null, true);

    public static Term until(Instant end) {
        return new Term(end, true);
    }

    @Nullable
    Instant endOf(Role role, Instant from) {
        Duration usual = role.usualTerm();
        return isSaid || usual == null ? end : from.plus(usual);
    }

    /**
     * Whether a role held until one time is to end at another now. What is said counts; what is not said only makes it longer.
     *
     * @param held microseconds, null for never
     */
    boolean replaces(@Nullable Long held, @Nullable Long next) {
        return isSaid ? !Objects.equals(held, next) : held != null && (next == null || next > held);
    }
}
