package dev.clew.ledger.verify;

/** What the verifier checks. The code begins the text of every finding. */
public enum Check {
    /** The bundle proves something, but not what was expected. */
    E00,
    /** Bundle, checkpoint and extra data are well-formed. */
    E01,
    /** The log is in the policy. */
    E02,
    /** The log's pinned keys signed the checkpoint. */
    E03,
    /** Enough witnesses cosigned. */
    E04,
    /** The entry is canonical and at its index. */
    E05,
    /** The entry is in the signed tree. */
    E06,
    /** The record is in its batch. */
    E07,
    /** A payload is the one the entry commits to. */
    E08,
    /** The submitter signed. */
    E09,
    /** The claimed time fits what others saw. */
    E10,
    /** An older tree is a prefix of this one. */
    E11,
    /** One size has one root. */
    E12,
    /** The log did not shrink. */
    E13,
    /** Stored entries hash to their tile. */
    E14,
    /** Tiles hash to their parents and to the signed root. */
    E15,
    /** An empty slot is authorised by a redaction. */
    E16,
    /** A row's history is a chain. */
    E17,
    /** Links resolve. */
    E18,
    /** A stored change list is the one the entry commits to. */
    E19
}
