package dev.clew.server.registry;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A source as text, taken apart as leniently as clients write it.
 *
 * @param scheme lower case; empty for a path
 * @param authority empty without one
 * @param path with its leading slash, without query and fragment
 */
record SourceUri(String scheme, String authority, String path) {
    /** Schemes that name a host to connect to. */
    private static final Set<String> HOST_SCHEMES =
            Set.of("ftp", "sftp", "hdfs", "viewfs", "http", "https", "r2", "b2", "abfss");

    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*");
    private static final int MAX_DECODINGS = 10;

    static SourceUri parse(String text) {
        int colon = text.indexOf(':');
        boolean hasScheme =
                colon > 0 && SCHEME.matcher(text.substring(0, colon)).matches();
        String scheme = hasScheme ? text.substring(0, colon).toLowerCase(Locale.ROOT) : "";
        String rest = hasScheme ? text.substring(colon + 1) : text;
        String authority = "";
        if (rest.startsWith("//")) {
            int end = firstOf(rest, 2, "/?#");
            authority = rest.substring(2, end);
            rest = rest.substring(end);
        }
        return new SourceUri(scheme, authority, rest.substring(0, firstOf(rest, 0, "?#")));
    }

    private static int firstOf(String text, int from, String signs) {
        for (int i = from; i < text.length(); i++) {
            if (signs.indexOf(text.charAt(i)) >= 0) {
                return i;
            }
        }
        return text.length();
    }

    /** A path of a machine's own file system, drive letters included. */
    boolean isLocal() {
        return scheme.length() <= 1 || scheme.equals("file");
    }

    /** Names a host that somebody would connect to. */
    boolean namesHost() {
        return HOST_SCHEMES.contains(scheme) || (isOwn() && !authority.isEmpty());
    }

    /** Lies below this server's artifact root. */
    boolean isOwn() {
        return scheme.equals("mlflow-artifacts");
    }

    /** Segments of the path that are not empty. */
    String[] segments() {
        return Arrays.stream(path.split("/")).filter(part -> !part.isEmpty()).toArray(String[]::new);
    }

    /** Whether a text leads elsewhere than it seems, however often it is percent-encoded: {@code ..}, {@code .} or U+0000 in it. */
    static boolean isDevious(String text) {
        String decoded = text;
        for (int i = 0; i < MAX_DECODINGS; i++) {
            if (decoded.indexOf('\0') >= 0
                    || Arrays.stream(decoded.split("[/\\\\]"))
                            .anyMatch(part -> part.equals("..") || part.equals("."))) {
                return true;
            }
            String next = decoded(decoded);
            if (next.equals(decoded)) {
                return false;
            }
            decoded = next;
        }
        return true;
    }

    /** Decodes what is percent-encoded and leaves the rest; one char a byte, which is enough to look for signs of ASCII. */
    private static String decoded(String text) {
        var out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            int high = text.charAt(i) == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
            if (low < 0) {
                out.append(text.charAt(i));
            } else {
                out.append((char) (high << 4 | low));
                i += 2;
            }
        }
        return out.toString();
    }
}
