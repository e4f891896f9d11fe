package dev.clew.server.protocol.mlflow;

import dev.clew.server.common.Breach;
import dev.clew.server.tracking.StoredFile;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/** Paths of files as clients send them: decoded once to be used, and again and again only to be checked. */
final class ArtifactPath {
    private static final int DECODINGS = 10;
    private static final Pattern SCHEME = Pattern.compile("[a-zA-Z]:|file:", Pattern.CASE_INSENSITIVE);
    private static final Pattern DRIVE = Pattern.compile("[a-zA-Z]:.*", Pattern.DOTALL);

    private ArtifactPath() {}

    /**
     * The path if it is safe in every reading: relative, without dot segments, backslashes, drive letters, fragments, schemes and control
     * characters, however often it is decoded. Empty stays empty; a trailing slash goes.
     */
    static String checked(String path) {
        if (path.length() > StoredFile.MAX_PATH) {
            throw invalid();
        }
        String form = path;
        for (int i = 0; i <= DECODINGS; i++) {
            if (isForbidden(form)) {
                throw invalid();
            }
            String next = decoded(form);
            if (next.equals(form)) {
                break;
            }
            form = next;
        }
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static boolean isForbidden(String path) {
        if (path.startsWith("/")
                || path.contains("//")
                || path.indexOf('\\') >= 0
                || path.indexOf('#') >= 0
                || DRIVE.matcher(path).matches()
                || path.toLowerCase(Locale.ROOT).startsWith("file:")) {
            return true;
        }
        for (int i = 0; i < path.length(); i++) {
            if (Character.isISOControl(path.charAt(i))) {
                return true;
            }
        }
        for (String segment : path.split("/", -1)) {
            if (segment.equals(".")
                    || segment.equals("..")
                    || SCHEME.matcher(segment).matches()) {
                return true;
            }
        }
        return false;
    }

    /** A plus stays one: only percent signs are an encoding here. */
    private static String decoded(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static RuntimeException invalid() {
        return MlflowErrors.breach(Breach.PATH, "Invalid path");
    }
}
