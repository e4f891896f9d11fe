package dev.clew.ledger.encoding;

import java.nio.charset.StandardCharsets;

/** The labels that keep one use of a hash, HMAC or HKDF from being mistaken for another. */
final class Domains {
    static final byte[] SUBMISSION = terminated("clew/sub/v1");
    static final byte[] COMMIT = terminated("clew/commit/v1");
    static final byte[] TAG = terminated("clew/tag/v1");
    static final byte[] ROW = terminated("clew/row/v1");
    static final byte[] ROWS = terminated("clew/rows/v1");
    static final byte[] CHANGES = terminated("clew/changes/v1");
    static final byte[] BODY_KEYS = "clew/body/v1".getBytes(StandardCharsets.US_ASCII);
    static final byte[] TAG_KEY = "clew/tagkey/v1".getBytes(StandardCharsets.US_ASCII);

    private Domains() {}

    private static byte[] terminated(String label) {
        return (label + "\0").getBytes(StandardCharsets.US_ASCII);
    }
}
