package dev.clew.quality.python;

import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Up to three numbers that are year, month and day in an order still to be found. Errors are {@link NumberFormatException}s. */
final class DateFields {
    private final List<Integer> values = new ArrayList<>();
    private int day = -1;
    private int month = -1;
    private int year = -1;
    private boolean century;

    /** What was found; null is not given. */
    record Resolved(
            @Nullable Integer year,
            @Nullable Integer month,
            @Nullable Integer day) {}

    int size() {
        return values.size();
    }

    boolean century() {
        return century;
    }

    /** A number as written; more than two digits are a year. {@code label} is Y, M, D or blank. */
    void text(String digits, char label) {
        char kind = label;
        if (digits.chars().allMatch(Character::isDigit) && digits.length() > 2) {
            century = true;
            if (label == 'M' || label == 'D') {
                throw new NumberFormatException();
            }
            kind = 'Y';
        }
        add(Integer.parseInt(digits.strip()), kind);
    }

    void number(double value, char label) {
        char kind = label;
        if (value > 100) {
            century = true;
            if (label == 'M' || label == 'D') {
                throw new NumberFormatException();
            }
            kind = 'Y';
        }
        if (value > Integer.MAX_VALUE) {
            throw new NumberFormatException();
        }
        add((int) value, kind);
    }

    private void add(int value, char kind) {
        values.add(value);
        int index = values.size() - 1;
        switch (kind) {
            case 'M' -> month = once(month, index);
            case 'D' -> day = once(day, index);
            case 'Y' -> year = once(year, index);
            default -> {}
        }
    }

    private static int once(int before, int index) {
        if (before >= 0) {
            throw new NumberFormatException();
        }
        return index;
    }

    boolean couldBeDay(double value) {
        if (day >= 0) {
            return false;
        }
        if (month < 0) {
            return value >= 1 && value <= 31;
        }
        int of = year < 0 ? 2000 : values.get(year);
        int which = values.get(month);
        if (which < 1 || which > 12 || of < 1 || of > 9999) {
            throw new NumberFormatException();
        }
        return value >= 1 && value <= YearMonth.of(of, which).lengthOfMonth();
    }

    /** Month first where nothing else decides. */
    Resolved resolve() {
        int n = values.size();
        int known = (year >= 0 ? 1 : 0) + (month >= 0 ? 1 : 0) + (day >= 0 ? 1 : 0);
        if (n == known && n > 0 || n == 3 && known == 2) {
            int rest = 3 - Math.max(year, 0) - Math.max(month, 0) - Math.max(day, 0);
            boolean fill = n == 3 && known == 2;
            return new Resolved(
                    at(year < 0 && fill ? rest : year),
                    at(month < 0 && fill ? rest : month),
                    at(day < 0 && fill ? rest : day));
        }
        if (n > 3) {
            throw new NumberFormatException();
        }
        if (n == 1 || month >= 0 && n == 2) {
            Integer other = month >= 0 ? values.get((month - 1 + n) % n) : values.get(0);
            boolean use = n > 1 || month < 0;
            return new Resolved(use && other > 31 ? other : null, at(month), use && other <= 31 ? other : null);
        }
        if (n == 2) {
            int a = values.get(0);
            int b = values.get(1);
            return a > 31 ? new Resolved(a, b, null) : b > 31 ? new Resolved(b, a, null) : new Resolved(null, a, b);
        }
        if (n == 3) {
            return three(values.get(0), values.get(1), values.get(2));
        }
        return new Resolved(null, null, null);
    }

    private Resolved three(int a, int b, int c) {
        return switch (month) {
            case 0 -> b > 31 ? new Resolved(b, a, c) : new Resolved(c, a, b);
            case 1 -> a > 31 ? new Resolved(a, b, c) : new Resolved(c, b, a);
            case 2 -> b > 31 ? new Resolved(b, c, a) : new Resolved(a, c, b);
            default ->
                a > 31 || year == 0 ? new Resolved(a, b, c) : a > 12 ? new Resolved(c, b, a) : new Resolved(c, a, b);
        };
    }

    private @Nullable Integer at(int index) {
        return index < 0 ? null : values.get(index);
    }
}
