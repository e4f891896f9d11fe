package dev.clew.ledger.witness;

import dev.clew.ledger.encoding.CanonicalText;
import dev.clew.ledger.note.NoteException;
import dev.clew.ledger.note.SignatureLine;
import dev.clew.ledger.note.SignedNote;
import dev.clew.ledger.tree.Hashing;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a witness's answer means to the log that asked (C2SP tlog-witness). */
public sealed interface WitnessResponse {
    /** Media type of the body that tells the witness's size. */
    String SIZE_TYPE = "text/x.tlog.size";

    /** Signature lines to append to the note, once verified with the policy's keys. */
    record Cosigned(List<SignatureLine> lines) implements WitnessResponse {
        /** Copies the list. */
        public Cosigned {
            lines = List.copyOf(lines);
        }
    }

    /** The witness is at another size: ask again from there; a size beyond our own is a rollback alarm. */
    record AtSize(long size) implements WitnessResponse {}

    /** The witness knows another history of this log: stop and page a person. */
    record Fork(int status) implements WitnessResponse {}

    /** The witness has no use for the request as it is; the log's keys or the configuration are wrong. */
    record Refused(int status) implements WitnessResponse {}

    /** The witness cannot answer now: try later, less often each time. */
    record Busy(int status) implements WitnessResponse {}

    /** The answer is not one a witness gives. */
    record Malformed(String why) implements WitnessResponse {}

    /**
     * Reads an answer.
     *
     * @param contentType the header's value, parameters included, or {@code null}
     */
    static WitnessResponse of(int status, @Nullable String contentType, byte[] body) {
        try {
            return switch (status) {
                case 200 -> new Cosigned(lines(utf8(body)));
                case 409 -> isSize(contentType) ? new AtSize(size(utf8(body))) : new Fork(status);
                case 422 -> new Fork(status);
                case 400, 403, 404 -> new Refused(status);
                default ->
                    status == 429 || status >= 500
                            ? new Busy(status)
                            : new Malformed("status " + status + " is not one a witness gives");
            };
        } catch (IllegalArgumentException | NoteException e) {
            return new Malformed(String.valueOf(e.getMessage()));
        }
    }

    /** Where a witness serves the last checkpoint of a log it knows, relative to its monitoring prefix. */
    static String checkpointPath(String origin) {
        return CanonicalText.hex(Hashing.sha256(origin.getBytes(StandardCharsets.UTF_8))) + "/checkpoint";
    }

    private static boolean isSize(@Nullable String contentType) {
        return contentType != null && contentType.split(";", 2)[0].strip().equalsIgnoreCase(SIZE_TYPE);
    }

    private static long size(String body) {
        if (!body.endsWith("\n")) {
            throw new IllegalArgumentException("a size has no newline");
        }
        return CanonicalText.parseDecimal(body.substring(0, body.length() - 1));
    }

    private static List<SignatureLine> lines(String body) {
        if (!body.endsWith("\n")) {
            throw new IllegalArgumentException("an answer does not end in a newline");
        }
        List<SignatureLine> lines = new ArrayList<>();
        for (String line : body.substring(0, body.length() - 1).split("\n", -1)) {
            if (lines.size() == SignedNote.MAX_SIGNATURES) {
                throw new IllegalArgumentException("an answer has more than 64 signatures");
            }
            lines.add(SignatureLine.parse(line));
        }
        return lines;
    }

    /** Strict UTF-8 of a bounded body. */
    static String utf8(byte[] body) {
        if (body.length > SignedNote.MAX_BYTES) {
            throw new IllegalArgumentException("longer than " + SignedNote.MAX_BYTES + " bytes");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("not well-formed UTF-8", e);
        }
    }
}
