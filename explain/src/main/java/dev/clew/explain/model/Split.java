package dev.clew.explain.model;

/** How a node compares; true sends the row to the left child. Codes are what {@link TreeEnsemble#op(int)} returns. */
public final class Split {
    /** x &lt; t. */
    public static final byte LT = 0;

    /** x ≤ t. */
    public static final byte LE = 1;

    /** x &gt; t. */
    public static final byte GT = 2;

    /** x ≥ t. */
    public static final byte GE = 3;

    /** x = t. */
    public static final byte EQ = 4;

    /** x ≠ t. */
    public static final byte NE = 5;

    /** The truncated value is a code of the set; a negative code is not (LightGBM). */
    public static final byte IN_SET = 6;

    /** The truncated value is not a code of the set; a negative value is not (XGBoost: listed categories go right). */
    public static final byte NOT_IN_SET = 7;

    /** The value equals a member of the set exactly (ONNX). */
    public static final byte MEMBER = 8;

    /** Bit of the missing rule: NaN (and zero, if it counts as missing) goes left. */
    public static final byte MISSING_LEFT = 1;

    /** Bit: a value of at most 1e-35 in size counts as missing. */
    public static final byte ZERO_IS_MISSING = 2;

    /** Largest size of a value that counts as zero under {@link #ZERO_IS_MISSING}. */
    public static final double ZERO = 1e-35f;

    /** Bit: NaN is replaced by 0 before anything else. */
    public static final byte NAN_IS_ZERO = 4;

    private Split() {}
}
