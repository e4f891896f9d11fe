package dev.clew.server.vault;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.text.Normalizer;
import java.util.Locale;

/**
 * A person as the organisation's systems name her: an id within a namespace of ids ({@code customer}, {@code email}). Two spellings of
 * one id are one subject: blanks around it are dropped, Unicode is composed (NFC), the domain of an {@code email} is lower case.
 */
public record Subject(String namespace, String id) {
    /** Longest accepted id, in characters. */
    public static final int MAX_ID = 512;

    private static final int MAX_NAMESPACE = 64;

    /** @throws ClewException INVALID_ARGUMENT if the id is empty or too long, or the namespace is not a short word; never quotes the id */
    public Subject {
        if (namespace.isEmpty()
                || namespace.length() > MAX_NAMESPACE
                || !namespace
                        .chars()
                        .allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-')) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The subject's namespace must be 1 to %d characters of a-z, 0-9, '_' and '-', for example customer."
                            .formatted(MAX_NAMESPACE));
        }
        id = Normalizer.normalize(id.strip(), Normalizer.Form.NFC);
        if (id.isEmpty() || id.length() > MAX_ID) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The subject's id has %d characters after trimming; give 1 to %d.".formatted(id.length(), MAX_ID));
        }
        int at = id.lastIndexOf('@');
        if (namespace.equals("email") && at >= 0) {
            id = id.substring(0, at) + id.substring(at).toLowerCase(Locale.ROOT);
        }
    }

    /** What the lookup tag is made of. */
    String canonical() {
        return namespace + ':' + id;
    }

    /** Never the id: subjects are persons. */
    @Override
    public String toString() {
        return namespace + ":…";
    }
}
