package dev.clew.ledger.encoding;

/**
 * The two closed, deterministic subsets of CBOR (RFC 8949 section 4.2.1) that the log uses.
 *
 * <p>Both: shortest heads, definite lengths, well-formed UTF-8, map keys that are unsigned integers in ascending order
 * without repeats, at most {@value #MAX_DEPTH} levels of arrays and maps, integers within 64 bits signed, no tags, no
 * simple values but {@code false}, {@code true} and {@code null}.
 */
public enum CborProfile {
    /** Leaves, submissions and inner records: no negative integers, no floating point. */
    LEAF,
    /** Row bytes, bodies and change lists: adds negative integers and 9-byte float64 with one NaN and no negative zero. */
    VALUE;

    /** Deepest nesting of arrays and maps. */
    public static final int MAX_DEPTH = 8;
}
