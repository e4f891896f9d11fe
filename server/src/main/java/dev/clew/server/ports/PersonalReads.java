package dev.clew.server.ports;

import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records who looked at whose data, durably, before the answer is given. Implemented by access. */
public interface PersonalReads {
    /**
     * Writes one {@code access.personal} record and returns when it is durable; if it cannot be written the read must not happen.
     *
     * @param purpose one of the closed purposes of {@code X-Clew-Purpose}
     * @param fields bit mask of what is shown: 1 features, 2 outcome and score, 4 explanation, 8 feedback, 16 protected attributes, 256 what a
     *     denial says
     * @param records ids of the records that are opened, at most 10 000
     */
    void record(Permit permit, String namespace, @Nullable String purpose, int fields, List<Uid> records);

    /**
     * The same for a read of what is held of one person, found by psid.
     *
     * @param fields bits as above, and: 32 whether the person is known, 64 who looked, 128 the text of a request
     * @param psid whom it is about; null when nobody was found
     * @param records ids of what is shown, at most 10 000; may be empty
     */
    void recordSubject(
            Permit permit,
            String namespace,
            @Nullable String purpose,
            int fields,
            @Nullable Uid psid,
            List<Uid> records);
}
