package dev.clew.server.http;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Reason;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Why a request is made: {@code X-Clew-Reason: [code;] text}, or {@code reason: {code, text}} in a body that takes one, and {@code
 * X-Clew-Purpose}.
 *
 * @param inBody whether the body of the request may carry the reason
 */
public record Justification(Optional<Reason> reason, Optional<Purpose> purpose, boolean inBody) {
    public static final Justification NONE = new Justification(Optional.empty(), Optional.empty(), false);

    /** For what personal content is read: the closed list. */
    public enum Purpose {
        DECISION_REVIEW,
        SUBJECT_REQUEST,
        COMPLAINT,
        AUDIT,
        DEBUGGING,
        MONITORING,
        /** What open mode records when nothing was said; never accepted from a request. */
        LOCAL;

        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Purpose parse(String text) {
            for (Purpose purpose : values()) {
                if (purpose != LOCAL && purpose.text().equals(text)) {
                    return purpose;
                }
            }
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "X-Clew-Purpose is not one of decision-review, subject-request, complaint, audit, debugging, monitoring.");
        }
    }

    private static final Set<Permission> PERSONAL_CONTENT = EnumSet.of(
            Permission.DECISION_LIST,
            Permission.DECISION_READ,
            Permission.DECISION_REVEAL,
            Permission.EXPLANATION_READ,
            Permission.FEEDBACK_READ,
            Permission.SUBJECT_LOOKUP);

    /** Whether reading under this permission shows personal content, which needs a purpose too. */
    public static boolean needsPurpose(Permission permission) {
        return PERSONAL_CONTENT.contains(permission);
    }

    /** The same with the reason that the body gives. */
    Justification because(Optional<Reason> ofBody) {
        return new Justification(ofBody, purpose, inBody);
    }

    /** A code alone says nothing of this one request. */
    boolean suffices(Permission permission) {
        return reason.filter(given -> !given.text().isBlank()).isPresent()
                && (purpose.isPresent() || !needsPurpose(permission));
    }
}
