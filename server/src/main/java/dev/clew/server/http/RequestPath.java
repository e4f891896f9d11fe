package dev.clew.server.http;

import dev.clew.server.common.Breach;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Paths and queries as they come over the wire. A path is split before it is decoded, and each segment is decoded once, so an encoded
 * slash stays inside its segment; a segment that is or contains a dot segment, a NUL or a backslash is refused.
 */
final class RequestPath {
    private static final int MAX_SEGMENTS = 256;
    private static final int MAX_PARAMETERS = 1_000;

    private RequestPath() {}

    /** The segments between slashes, decoded. {@code /} has none; a trailing slash makes an empty last one. */
    static List<String> segments(String rawPath) {
        if (rawPath.isEmpty() || rawPath.charAt(0) != '/') {
            throw refused("A path begins with a slash.");
        }
        var segments = new ArrayList<String>(8);
        int from = 1;
        while (rawPath.length() > 1) {
            int slash = rawPath.indexOf('/', from);
            int to = slash < 0 ? rawPath.length() : slash;
            String segment = decode(rawPath, from, to, false);
            if (isTrick(segment)) {
                throw refused("Invalid path: a segment of it is a dot segment or holds a NUL or a backslash.");
            }
            segments.add(segment);
            if (segments.size() > MAX_SEGMENTS) {
                throw refused("The path has more than %d segments.".formatted(MAX_SEGMENTS));
            }
            if (slash < 0) {
                break;
            }
            from = slash + 1;
        }
        return segments;
    }

    private static boolean isTrick(String segment) {
        if (segment.indexOf('\0') >= 0 || segment.indexOf('\\') >= 0) {
            return true;
        }
        if (segment.indexOf('.') < 0) {
            return false;
        }
        int from = 0;
        while (true) {
            int slash = segment.indexOf('/', from);
            int to = slash < 0 ? segment.length() : slash;
            int length = to - from;
            if ((length == 1 || length == 2) && segment.charAt(from) == '.' && segment.charAt(to - 1) == '.') {
                return true;
            }
            if (slash < 0) {
                return false;
            }
            from = slash + 1;
        }
    }

    /** Name and value pairs of a query, decoded, in order: name at even, value at odd positions. */
    static List<String> query(@Nullable String rawQuery) {
        if (rawQuery == null || rawQuery.isEmpty()) {
            return List.of();
        }
        var pairs = new ArrayList<String>(8);
        int from = 0;
        while (from < rawQuery.length()) {
            int ampersand = rawQuery.indexOf('&', from);
            int to = ampersand < 0 ? rawQuery.length() : ampersand;
            if (to > from) {
                int equals = rawQuery.indexOf('=', from);
                boolean hasValue = equals >= 0 && equals < to;
                int pair = pairs.size();
                pairs.add(decode(rawQuery, from, hasValue ? equals : to, true));
                pairs.add(hasValue ? decode(rawQuery, equals + 1, to, true) : "");
                if (pairs.get(pair).indexOf('\0') >= 0 || pairs.get(pair + 1).indexOf('\0') >= 0) {
                    throw refused("The query holds a NUL.");
                }
                if (pairs.size() > 2 * MAX_PARAMETERS) {
                    throw refused("The query has more than %d parameters.".formatted(MAX_PARAMETERS));
                }
            }
            from = to + 1;
        }
        return pairs;
    }

    private static String decode(String raw, int from, int to, boolean plusIsSpace) {
        boolean plain = true;
        for (int i = from; i < to && plain; i++) {
            char c = raw.charAt(i);
            plain = c != '%' && c < 0x80 && !(plusIsSpace && c == '+');
        }
        if (plain) {
            return raw.substring(from, to);
        }
        var bytes = ByteBuffer.allocate((to - from) * 3);
        for (int i = from; i < to; i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                int high = i + 2 < to ? Character.digit(raw.charAt(i + 1), 16) : -1;
                int low = i + 2 < to ? Character.digit(raw.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw refused("A percent sign is not followed by two hexadecimal digits.");
                }
                bytes.put((byte) (high << 4 | low));
                i += 2;
            } else if (plusIsSpace && c == '+') {
                bytes.put((byte) ' ');
            } else if (c < 0x80) {
                bytes.put((byte) c);
            } else {
                bytes.put(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(bytes.flip())
                    .toString();
        } catch (CharacterCodingException e) {
            throw refused("What the percent signs encode is not UTF-8.");
        }
    }

    private static ClewException refused(String why) {
        return new ClewException(
                ErrorCode.INVALID_ARGUMENT, Breach.PATH, why + " Encode each segment once, as RFC 3986 says.", null);
    }
}
