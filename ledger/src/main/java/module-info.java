/** A verifiable append-only log: entry formats, Merkle tree, tiles, signed notes, proofs and an offline verifier. */
module dev.clew.ledger {
    requires static transitive org.jspecify;

    exports dev.clew.ledger.encoding;
    exports dev.clew.ledger.note;
    exports dev.clew.ledger.proof;
    exports dev.clew.ledger.tiles;
    exports dev.clew.ledger.tree;
    exports dev.clew.ledger.verify;
    exports dev.clew.ledger.witness;
}
