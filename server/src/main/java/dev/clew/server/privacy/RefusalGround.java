package dev.clew.server.privacy;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Why an erasure is refused: GDPR Articles 12(5), 12(6) and 17(3). The code stands in the open. */
enum RefusalGround {
    IDENTITY_UNVERIFIED,
    LEGAL_OBLIGATION,
    LEGAL_CLAIMS,
    PUBLIC_INTEREST,
    FREE_EXPRESSION,
    UNFOUNDED,
    WITHDRAWN,
    OTHER;

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws ClewException INVALID_ARGUMENT listing the codes */
    static RefusalGround parse(String text) {
        return Arrays.stream(values())
                .filter(ground -> ground.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "ground \"%s\" is unknown; use one of %s."
                                .formatted(
                                        text,
                                        Arrays.stream(values())
                                                .map(RefusalGround::text)
                                                .collect(Collectors.joining(", ")))));
    }
}
