package dev.clew.server.protocol.mlflow;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.StorableText;
import java.util.ArrayDeque;
import java.util.regex.Pattern;

/** Rules that names and values of several kinds keep, refused in MLflow's words. */
final class Checks {
    /** Longest key of a parameter, metric or tag. */
    static final int MAX_KEY = 250;

    private static final Pattern KEY = Pattern.compile("[/\\w.\\- :]*", Pattern.UNICODE_CHARACTER_CLASS);

    private Checks() {}

    /** Refuses what no store can hold alike: U+0000 and unpaired surrogates. */
    static String storable(String path, String text) {
        String fault = StorableText.fault(text);
        if (fault != null) {
            throw unstorable(path, fault);
        }
        return text;
    }

    private static ClewException unstorable(String path, String what) {
        return MlflowErrors.invalid(
                "Invalid value for parameter '%s' supplied: It holds %s. Remove it.".formatted(path, what));
    }

    /**
     * The key of a parameter, metric or tag: letters, digits and {@code _ - . / :} and blanks, and the same when read as a path.
     *
     * @param path how the error names the field: {@code key}, {@code metrics[3].name}
     */
    static String key(String path, String key) {
        if (key.equals(Message.REASON)) {
            throw MlflowErrors.invalid(
                    "\"%s\" is no key of its own: it is the reason of a change. Send it among the tags of the call that makes the change, or as the header X-Clew-Reason."
                            .formatted(key));
        }
        if (!KEY.matcher(key).matches()) {
            throw MlflowErrors.invalid(
                    "Invalid value \"%s\" for parameter '%s' supplied: Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/)."
                            .formatted(key, path));
        }
        String normal = normalPath(key);
        if (!normal.equals(key) || normal.equals(".") || normal.startsWith("..") || normal.startsWith("/")) {
            throw MlflowErrors.invalid(
                    "Invalid value \"%s\" for parameter '%s' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '%s'"
                            .formatted(key, path, normal));
        }
        return key;
    }

    /** Refuses a text longer than {@code most} characters. */
    static String length(String what, String text, int most) {
        if (text.length() > most && text.codePointCount(0, text.length()) > most) {
            throw MlflowErrors.invalid("'%s' exceeds the maximum length of %d characters".formatted(what, most));
        }
        return text;
    }

    /** Cuts a text to {@code most} characters. */
    static String cut(String text, int most) {
        return text.length() <= most || text.codePointCount(0, text.length()) <= most
                ? text
                : text.substring(0, text.offsetByCodePoints(0, most));
    }

    /** Python's {@code posixpath.normpath}. */
    private static String normalPath(String path) {
        if (path.isEmpty()) {
            return ".";
        }
        boolean isAbsolute = path.startsWith("/");
        String root = !isAbsolute ? "" : path.startsWith("//") && !path.startsWith("///") ? "//" : "/";
        var parts = new ArrayDeque<String>();
        for (String part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (!part.equals("..") || (!isAbsolute && parts.isEmpty()) || "..".equals(parts.peekLast())) {
                parts.addLast(part);
            } else if (!parts.isEmpty()) {
                parts.removeLast();
            }
        }
        String normal = root + String.join("/", parts);
        return normal.isEmpty() ? "." : normal;
    }
}
