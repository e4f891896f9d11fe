package dev.clew.server.privacy;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** On what ground an erasure is asked for: GDPR Article 17(1), or simply because the person asked. The code stands in the open. */
enum LegalBasis {
    REQUEST,
    NO_LONGER_NEEDED,
    CONSENT_WITHDRAWN,
    OBJECTION,
    UNLAWFUL,
    LEGAL_OBLIGATION,
    CHILD;

    /** Of an erasure that a restore repeats because the copy was made before it; never asked for. */
    static final String RESTORE = "restore";

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws ClewException INVALID_ARGUMENT listing the codes */
    static LegalBasis parse(String text) {
        return Arrays.stream(values())
                .filter(basis -> basis.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "basis \"%s\" is unknown; use one of %s."
                                .formatted(
                                        text,
                                        Arrays.stream(values())
                                                .map(LegalBasis::text)
                                                .collect(Collectors.joining(", ")))));
    }
}
