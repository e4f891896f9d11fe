package dev.clew.quality.python;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code dateutil.parser.parse} of dateutil 2.9 with its defaults: English, month before day, not fuzzy. A port of its algorithm.
 *
 * <p>Where it takes what is missing from the current day, this takes it from {@link #DEFAULT}, so that an answer does not depend
 * on the day it is asked; offsets and names of zones are read and left aside.
 */
public final class DateText {
    /** What missing fields are taken from; also the middle of the hundred years that two digits stand for. */
    public static final LocalDate DEFAULT = LocalDate.of(2026, 1, 1);

    private static final int LONGEST = 1_000;
    private static final Set<String> JUMP =
            Set.of(" ", ".", ",", ";", "-", "/", "'", "at", "on", "and", "ad", "m", "t", "of", "st", "nd", "rd", "th");
    private static final List<String> WEEKDAYS =
            List.of("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday");
    private static final List<String> MONTHS = List.of(
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december");
    private static final Map<String, Integer> HMS =
            Map.of("h", 0, "hour", 0, "hours", 0, "m", 1, "minute", 1, "minutes", 1, "s", 2, "second", 2, "seconds", 2);
    private static final Map<String, Integer> AMPM = Map.of("am", 0, "a", 0, "pm", 1, "p", 1);
    private static final Set<String> UTC = Set.of("UTC", "GMT", "Z", "z");

    private final List<String> tokens;
    private final DateFields fields = new DateFields();
    private @Nullable Integer weekday;
    private @Nullable Integer hour;
    private @Nullable Integer minute;
    private @Nullable Integer second;
    private @Nullable Integer micro;
    private @Nullable String zone;
    private @Nullable Integer offset;
    private boolean marked;

    private DateText(List<String> tokens) {
        this.tokens = tokens;
    }

    /** The time a text means, or nothing if it means none. */
    public static Optional<LocalDateTime> parse(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            return new DateText(new java.util.ArrayList<>(DateTokens.of(text))).run();
        } catch (NumberFormatException | IndexOutOfBoundsException | DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private Optional<LocalDateTime> run() {
        for (int i = 0; i < tokens.size(); i++) {
            i = token(i);
        }
        DateFields.Resolved day = fields.resolve();
        boolean nothing = day.year() == null
                && day.month() == null
                && day.day() == null
                && weekday == null
                && hour == null
                && minute == null
                && second == null
                && micro == null
                && zone == null
                && offset == null
                && !marked;
        return nothing ? Optional.empty() : Optional.of(build(day));
    }

    private LocalDateTime build(DateFields.Resolved day) {
        int year = day.year() == null ? DEFAULT.getYear() : year(day.year());
        int month = day.month() == null ? DEFAULT.getMonthValue() : day.month();
        int length = YearMonth.of(year, month).lengthOfMonth();
        int of = day.day() == null ? Math.min(DEFAULT.getDayOfMonth(), length) : day.day();
        if (year < 1 || year > 9999) {
            throw new DateTimeException("year");
        }
        LocalDateTime time = LocalDateTime.of(year, month, of, or(hour), or(minute), or(second), or(micro) * 1_000);
        if (weekday != null && (day.day() == null || day.day() == 0)) {
            time = time.with(TemporalAdjusters.nextOrSame(java.time.DayOfWeek.of(weekday + 1)));
        }
        return time;
    }

    private static int or(@Nullable Integer value) {
        return value == null ? 0 : value;
    }

    private int year(int year) {
        if (year >= 100 || fields.century()) {
            return year;
        }
        int full = year + DEFAULT.getYear() / 100 * 100;
        return full >= DEFAULT.getYear() + 50 ? full - 100 : full < DEFAULT.getYear() - 50 ? full + 100 : full;
    }

    /** Reads from one token on; returns the last one used. */
    private int token(int at) {
        String token = tokens.get(at);
        String lower = token.toLowerCase(Locale.ROOT);
        if (isFloat(token)) {
            return number(at);
        }
        int name = index(WEEKDAYS, lower);
        if (name >= 0) {
            weekday = name;
            return at;
        }
        if (month(lower) > 0) {
            return month(at, lower);
        }
        Integer half = AMPM.get(lower);
        if (half != null) {
            if (hour == null || hour < 0 || hour > 12) {
                throw new NumberFormatException();
            }
            hour = adjusted(hour, half);
            marked = true;
            return at;
        }
        if (couldBeZone(token, offset)) {
            return zone(at, token);
        }
        if (hour != null && (token.equals("+") || token.equals("-"))) {
            return offset(at, token.equals("+") ? 1 : -1);
        }
        if (!JUMP.contains(lower)) {
            throw new NumberFormatException();
        }
        return at;
    }

    private int month(int start, String lower) {
        int at = start;
        fields.number(month(lower), 'M');
        if (at + 1 < tokens.size()) {
            String next = tokens.get(at + 1);
            if (next.equals("-") || next.equals("/")) {
                fields.text(tokens.get(at + 2), ' ');
                if (at + 3 < tokens.size() && tokens.get(at + 3).equals(next)) {
                    fields.text(tokens.get(at + 4), ' ');
                    at += 2;
                }
                at += 2;
            } else if (at + 4 < tokens.size()
                    && next.equals(" ")
                    && tokens.get(at + 3).equals(" ")
                    && tokens.get(at + 2).toLowerCase(Locale.ROOT).equals("of")) {
                if (isDigits(tokens.get(at + 4))) {
                    fields.text(String.valueOf(year(Integer.parseInt(tokens.get(at + 4)))), 'Y');
                }
                at += 4;
            }
        }
        return at;
    }

    private int zone(int at, String token) {
        zone = token;
        offset = UTC.contains(token) ? 0 : null;
        if (at + 1 < tokens.size()
                && (tokens.get(at + 1).equals("+") || tokens.get(at + 1).equals("-"))) {
            // "GMT+3" means three hours behind.
            tokens.set(at + 1, tokens.get(at + 1).equals("+") ? "-" : "+");
            offset = null;
            if (UTC.contains(token)) {
                zone = null;
                marked = true;
            }
        }
        return at;
    }

    private int offset(int start, int sign) {
        int at = start;
        String digits = tokens.get(at + 1);
        int hours;
        int minutes;
        if (digits.length() == 4) {
            hours = Integer.parseInt(digits.substring(0, 2));
            minutes = Integer.parseInt(digits.substring(2));
        } else if (at + 2 < tokens.size() && tokens.get(at + 2).equals(":")) {
            hours = Integer.parseInt(digits);
            minutes = Integer.parseInt(tokens.get(at + 3));
            at += 2;
        } else if (digits.length() <= 2) {
            hours = Integer.parseInt(digits);
            minutes = 0;
        } else {
            throw new NumberFormatException();
        }
        int seconds = sign * (hours * 3600 + minutes * 60);
        if (Math.abs(seconds) >= 86_400) {
            throw new NumberFormatException(); // Python has no zone a day away.
        }
        offset = seconds;
        if (at + 5 < tokens.size()
                && JUMP.contains(tokens.get(at + 2).toLowerCase(Locale.ROOT))
                && tokens.get(at + 3).equals("(")
                && tokens.get(at + 5).equals(")")
                && tokens.get(at + 4).length() >= 3
                && couldBeZone(tokens.get(at + 4), null)) {
            zone = tokens.get(at + 4);
            at += 4;
        }
        return at + 1;
    }

    private boolean couldBeZone(String token, @Nullable Integer known) {
        return hour != null
                && zone == null
                && known == null
                && token.length() <= 5
                && (token.chars().allMatch(c -> c >= 'A' && c <= 'Z') || UTC.contains(token));
    }

    private int number(int start) {
        int at = start;
        String token = tokens.get(at);
        double value = decimal(token);
        int length = token.length();
        int last = tokens.size();
        String next = at + 1 < last ? tokens.get(at + 1) : "";
        if (fields.size() == 3
                && (length == 2 || length == 4)
                && hour == null
                && (at + 1 >= last || !next.equals(":") && hms(next) == null)) {
            hour = Integer.parseInt(token.substring(0, 2));
            if (length == 4) {
                minute = Integer.parseInt(token.substring(2));
            }
        } else if (length == 6 || length > 6 && token.indexOf('.') == 6) {
            if (fields.size() == 0 && !token.contains(".")) {
                fields.text(token.substring(0, 2), ' ');
                fields.text(token.substring(2, 4), ' ');
                fields.text(token.substring(4), ' ');
            } else {
                hour = Integer.parseInt(token.substring(0, 2));
                minute = Integer.parseInt(token.substring(2, 4));
                seconds(token.substring(4));
            }
        } else if (length == 8 || length == 12 || length == 14) {
            fields.text(token.substring(0, 4), 'Y');
            fields.text(token.substring(4, 6), ' ');
            fields.text(token.substring(6, 8), ' ');
            if (length > 8) {
                hour = Integer.parseInt(token.substring(8, 10));
                minute = Integer.parseInt(token.substring(10, 12));
                if (length > 12) {
                    second = Integer.parseInt(token.substring(12));
                }
            }
        } else if (hmsIndex(at) >= 0) {
            int index = hmsIndex(at);
            int unit = index > at ? or(hms(tokens.get(index))) : or(hms(tokens.get(index))) + 1;
            assign(token, value, unit);
            at = Math.max(at, index);
        } else if (at + 2 < last && next.equals(":")) {
            hour = (int) value;
            minutes(decimal(tokens.get(at + 2)));
            if (at + 4 < last && tokens.get(at + 3).equals(":")) {
                seconds(tokens.get(at + 4));
                at += 2;
            }
            at += 2;
        } else if (at + 1 < last && (next.equals("-") || next.equals("/") || next.equals("."))) {
            at = separated(at, token, next);
        } else if (at + 1 >= last || JUMP.contains(next.toLowerCase(Locale.ROOT))) {
            Integer half = at + 2 < last ? AMPM.get(tokens.get(at + 2).toLowerCase(Locale.ROOT)) : null;
            if (half != null) {
                hour = adjusted((int) value, half);
                at++;
            } else {
                fields.number(value, ' ');
            }
            at++;
        } else if (AMPM.containsKey(next.toLowerCase(Locale.ROOT)) && value >= 0 && value < 24) {
            hour = adjusted((int) value, or(AMPM.get(next.toLowerCase(Locale.ROOT))));
            at++;
        } else if (fields.couldBeDay(value)) {
            fields.number(value, ' ');
        } else {
            throw new NumberFormatException();
        }
        return at;
    }

    /** {@code 2024-01-02}, {@code 3/4/05}, {@code 1.Feb.2003}. */
    private int separated(int start, String token, String separator) {
        int at = start;
        fields.text(token, ' ');
        if (at + 2 < tokens.size() && !JUMP.contains(tokens.get(at + 2).toLowerCase(Locale.ROOT))) {
            monthOrNumber(tokens.get(at + 2), true);
            if (at + 3 < tokens.size() && tokens.get(at + 3).equals(separator)) {
                monthOrNumber(tokens.get(at + 4), false);
                at += 2;
            }
            at++;
        }
        return at + 1;
    }

    private void monthOrNumber(String token, boolean strict) {
        int month = month(token.toLowerCase(Locale.ROOT));
        if (month > 0) {
            fields.number(month, 'M');
        } else if (!strict || isDigits(token)) {
            fields.text(token, ' ');
        } else {
            throw new NumberFormatException();
        }
    }

    private int hmsIndex(int at) {
        int last = tokens.size();
        if (at + 1 < last && hms(tokens.get(at + 1)) != null) {
            return at + 1;
        }
        if (at + 2 < last && tokens.get(at + 1).equals(" ") && hms(tokens.get(at + 2)) != null) {
            return at + 2;
        }
        if (at > 0 && hms(tokens.get(at - 1)) != null) {
            return at - 1;
        }
        if (at > 1 && at == last - 1 && tokens.get(at - 1).equals(" ") && hms(tokens.get(at - 2)) != null) {
            return at - 2;
        }
        return -1;
    }

    private void assign(String token, double value, int unit) {
        switch (unit) {
            case 0 -> {
                hour = (int) value;
                if (value % 1 != 0) {
                    minute = (int) (60 * (value % 1));
                }
            }
            case 1 -> minutes(value);
            case 2 -> seconds(token);
            default -> {}
        }
    }

    private void minutes(double value) {
        minute = (int) value;
        second = value % 1 == 0 ? null : (Integer) (int) (60 * (value % 1));
    }

    private void seconds(String token) {
        int point = token.indexOf('.');
        if (point < 0) {
            second = Integer.parseInt(token);
            micro = 0;
        } else {
            second = Integer.parseInt(token.substring(0, point));
            micro = Integer.parseInt((token.substring(point + 1) + "000000").substring(0, 6));
        }
    }

    private static int adjusted(int hour, int half) {
        return hour < 12 && half == 1 ? hour + 12 : hour == 12 && half == 0 ? 0 : hour;
    }

    private static @Nullable Integer hms(String token) {
        return HMS.get(token.toLowerCase(Locale.ROOT));
    }

    private static int month(String lower) {
        return lower.equals("sept") ? 9 : index(MONTHS, lower) + 1;
    }

    private static int index(List<String> names, String lower) {
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equals(lower)
                    || lower.length() == 3 && names.get(i).startsWith(lower)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isDigits(String token) {
        return !token.isEmpty() && token.chars().allMatch(Character::isDigit);
    }

    /** What Python's {@code float} takes; its words for infinity and NaN become errors when the number is wanted. */
    private static boolean isFloat(String token) {
        String lower = token.toLowerCase(Locale.ROOT);
        return lower.equals("nan")
                || lower.equals("inf")
                || lower.equals("infinity")
                || token.matches("\\d+(\\.\\d*)?|\\.\\d+");
    }

    private static double decimal(String token) {
        if (!token.matches("\\d+(\\.\\d*)?|\\.\\d+")) {
            throw new NumberFormatException();
        }
        return Double.parseDouble(token);
    }
}
