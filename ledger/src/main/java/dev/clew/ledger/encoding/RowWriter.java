package dev.clew.ledger.encoding;

import org.jspecify.annotations.Nullable;

/**
 * Writes row bytes: a value-profile map from field number to value, without the fields that are null.
 *
 * <p>Fields are put in ascending order. A number column is always {@link #put(int, long)} and a double column always
 * {@link #put(int, double)}, whatever the value: the declaration decides the type. Reusable; confined to one thread.
 */
public final class RowWriter {
    private final CborWriter pairs = new CborWriter(CborProfile.VALUE);
    private final CborWriter row = new CborWriter(CborProfile.VALUE);
    private int count;
    private int last = -1;

    /** A writer without fields. */
    public RowWriter() {}

    /** Forgets the fields put so far and keeps the buffers. */
    public RowWriter reset() {
        pairs.reset();
        count = 0;
        last = -1;
        return this;
    }

    /** An integer field. */
    public RowWriter put(int field, long value) {
        field(field).integer(value);
        return this;
    }

    /** A float64 field; −0.0 is refused, NaN becomes the one canonical NaN. */
    public RowWriter put(int field, double value) {
        field(field).float64(value);
        return this;
    }

    /** A boolean field. */
    public RowWriter put(int field, boolean value) {
        field(field).bool(value);
        return this;
    }

    /** A text field; {@code null} is left out. */
    public RowWriter put(int field, @Nullable String value) {
        if (value != null) {
            field(field).text(value);
        }
        return this;
    }

    /** A bytes field; {@code null} is left out. */
    public RowWriter put(int field, byte @Nullable [] value) {
        if (value != null) {
            field(field).bytes(value);
        }
        return this;
    }

    /** A field of any type of {@link CborWriter#value}; {@code null} is left out. */
    public RowWriter putValue(int field, @Nullable Object value) {
        if (value != null) {
            field(field).value(value);
        }
        return this;
    }

    /** Row bytes of the fields put since the last reset. */
    public byte[] toByteArray() {
        return row.reset().mapHead(count).raw(pairs.array(), 0, pairs.size()).toByteArray();
    }

    private CborWriter field(int field) {
        if (field <= last) {
            throw new IllegalArgumentException(
                    "Field " + field + " was put after field " + last + "; put fields in ascending order.");
        }
        last = field;
        count++;
        return pairs.uint(field);
    }
}
