package dev.clew.explain.attribution;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One attribution with its provenance in the canonical form {@code explanation/1}, and the result digest over it.
 *
 * <p>Fields, by number: 1 method, 2 semantics, 3 space (numbers in enum order), 4 outputs, 5 values (packed big-endian
 * float64, outputs × features; float32 above 64 features), 6 base, 7 fx, 8 additivity error, 9 standard errors (packed
 * like 5), 10 seed, 11 engine version, 12 engine digest, 13 config digest, 14 model digest, 15 adapter, 16 input
 * precision, 17 cover rule, 18 cover source, 19 background, 20 groups digest, 21 interaction index, 22 flags. An absent
 * field is left out. {@link Replay} compares two of them. Times and costs are not part of it, so a repetition has the same digest: same model file, row, background,
 * settings and engine version give the same bytes on every machine, number of threads and split into batches.
 *
 * @param stdError outputs × features, null for methods without sampling
 */
@SuppressWarnings("ArrayRecordComponent")
public record ExplanationRecord(Attribution attribution, Provenance provenance, double @Nullable [][] stdError) {
    private static final byte[] DOMAIN = "clew/explanation/v1\0".getBytes(StandardCharsets.US_ASCII);
    static final int PACK_FLOATS_ABOVE = 64;

    /** A record of a method without standard errors. */
    public static ExplanationRecord of(Attribution attribution, Provenance provenance) {
        return new ExplanationRecord(attribution, provenance, null);
    }

    /** Canonical CBOR map of fields 1 to 22. */
    public byte[] toBytes() {
        var fields = fields();
        var writer = new CanonicalWriter().map(fields.size());
        for (Field field : fields) {
            writer.integer(field.number);
            field.value.accept(writer);
        }
        return writer.toBytes();
    }

    /** SHA-256("clew/explanation/v1" ‖ 0 ‖ {@link #toBytes()}), 64 hexadecimal digits. */
    public String resultDigest() {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            sha.update(DOMAIN);
            return HexFormat.of().formatHex(sha.digest(toBytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private record Field(int number, Consumer<CanonicalWriter> value) {}

    // The numbers of the format are the order of the enums, which only grow at their ends.
    @SuppressWarnings("EnumOrdinal")
    private List<Field> fields() {
        var fields = new ArrayList<Field>();
        Attribution a = attribution;
        Provenance p = provenance;
        fields.add(new Field(1, w -> w.integer(a.method().ordinal())));
        fields.add(new Field(2, w -> w.integer(a.semantics().ordinal())));
        fields.add(new Field(3, w -> w.integer(a.space().ordinal())));
        fields.add(new Field(4, w -> w.integer(a.phi().length)));
        fields.add(new Field(5, w -> w.bytes(pack(a.phi()))));
        fields.add(new Field(6, w -> reals(w, a.base())));
        fields.add(new Field(7, w -> reals(w, explained(a))));
        fields.add(new Field(8, w -> w.real(a.additivityError())));
        if (stdError != null) {
            double[][] errors = stdError;
            fields.add(new Field(9, w -> w.bytes(pack(errors))));
        }
        p.seed().ifPresent(seed -> fields.add(new Field(10, w -> w.integer(seed))));
        fields.add(new Field(11, w -> w.text(p.engineVersion())));
        fields.add(new Field(12, w -> w.bytes(p.engineDigest())));
        fields.add(new Field(13, w -> w.bytes(p.configDigest())));
        fields.add(new Field(14, w -> w.bytes(p.modelDigest())));
        fields.add(new Field(15, w -> w.text(p.adapter())));
        text(fields, 16, p.inputPrecision());
        text(fields, 17, p.coverRule());
        text(fields, 18, p.coverSource());
        p.background()
                .ifPresent(b -> fields.add(new Field(
                        19,
                        w -> w.array(4)
                                .text(b.dataset())
                                .bytes(b.rowsDigest())
                                .integer(b.rows())
                                .text(b.weighting()))));
        p.groupsDigest().ifPresent(digest -> fields.add(new Field(20, w -> w.bytes(digest))));
        p.interactionIndex().ifPresent(index -> fields.add(new Field(21, w -> w.text(index))));
        if (!a.flags().isEmpty()) {
            List<String> names = a.flags().stream().map(Flag::name).sorted().toList();
            fields.add(new Field(22, w -> {
                w.array(names.size());
                names.forEach(w::text);
            }));
        }
        return fields;
    }

    private static double[] explained(Attribution attribution) {
        return attribution.space() == OutputSpace.MARGIN ? attribution.margin() : attribution.prediction();
    }

    private static void text(List<Field> fields, int number, String value) {
        if (!value.isEmpty()) {
            fields.add(new Field(number, w -> w.text(value)));
        }
    }

    private static void reals(CanonicalWriter writer, double[] values) {
        writer.array(values.length);
        for (double value : values) {
            writer.real(value);
        }
    }

    /** Packed big-endian values of outputs × features. */
    static byte[] pack(double[][] values) {
        int features = values.length == 0 ? 0 : values[0].length;
        boolean floats = features > PACK_FLOATS_ABOVE;
        var buffer = ByteBuffer.allocate(values.length * features * (floats ? 4 : 8));
        for (double[] row : values) {
            for (double value : row) {
                if (floats) {
                    buffer.putFloat((float) (value == 0 ? 0.0 : value));
                } else {
                    buffer.putDouble(value == 0 ? 0.0 : value);
                }
            }
        }
        return buffer.array();
    }
}
