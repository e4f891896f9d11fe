package dev.clew.ledger.encoding;

/** Checks of sizes and combinations that the CBOR profile itself does not say. */
final class Shapes {
    private Shapes() {}

    /** @param rule what must hold, as a clause: it becomes the message */
    static void require(boolean holds, String rule) {
        if (!holds) {
            throw new CborException("not of the required shape: " + rule);
        }
    }
}
