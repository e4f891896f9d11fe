package dev.clew.server.cli;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.regex.Pattern;

/** Times at which something ends, as {@code --expires} takes them. */
final class EndTimes {
    private static final Pattern DAYS = Pattern.compile("(\\d{1,4})d");

    private EndTimes() {}

    /**
     * A date, a time, or days from now.
     *
     * @throws ClewException USAGE
     */
    static Instant parse(String text) {
        var days = DAYS.matcher(text);
        try {
            return days.matches()
                    ? Instant.now().plusSeconds(86_400L * Long.parseLong(days.group(1)))
                    : text.length() == 10
                            ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
                            : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new ClewException(
                    ErrorCode.USAGE,
                    "--expires %s is no date (2027-01-31), time (2027-01-31T12:00:00Z) or number of days (30d)."
                            .formatted(text),
                    e);
        }
    }
}
