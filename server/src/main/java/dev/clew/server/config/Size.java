package dev.clew.server.config;

import java.util.Locale;
import java.util.regex.Pattern;

/** A number of bytes, written {@code 512B}, {@code 64KiB}, {@code 4MiB}, {@code 1GiB} or as a plain number. */
public record Size(long bytes) implements Comparable<Size> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})\\s*(B|KiB|MiB|GiB|TiB)?");

    public Size {
        if (bytes < 0) {
            throw new IllegalArgumentException("A size is not negative");
        }
    }

    /** @throws IllegalArgumentException saying the accepted forms */
    public static Size parse(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("write a size as 512B, 64KiB, 4MiB or 1GiB");
        }
        String unit = matcher.group(2);
        int shift = switch (unit == null ? "B" : unit) {
            case "KiB" -> 10;
            case "MiB" -> 20;
            case "GiB" -> 30;
            case "TiB" -> 40;
            default -> 0;
        };
        return new Size(Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << shift));
    }

    public int toInt() {
        return Math.toIntExact(bytes);
    }

    @Override
    public int compareTo(Size other) {
        return Long.compare(bytes, other.bytes);
    }

    @Override
    public String toString() {
        for (int shift : new int[] {40, 30, 20, 10}) {
            if (bytes != 0 && bytes % (1L << shift) == 0) {
                return String.format(Locale.ROOT, "%d%s", bytes >> shift, " KMGT".charAt(shift / 10) + "iB");
            }
        }
        return bytes + "B";
    }
}
