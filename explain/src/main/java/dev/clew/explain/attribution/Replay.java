package dev.clew.explain.attribution;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What an explanation that was computed again says about the one that was kept.
 *
 * @param outcome how both compare
 * @param largest largest difference of values, base, what is explained and standard errors, over max(1, |what is explained|); infinite
 *     where they are not of the same shape, NaN where one of them is
 * @param differing names of the fields of the record that are not equal byte for byte, in order of their numbers
 */
public record Replay(Outcome outcome, double largest, List<String> differing) {
    /** How far numbers may be apart to be called equivalent; as far as attributions may miss what they explain. */
    public static final double TOLERANCE = 1e-9;

    /** Field numbers and names of the record, see {@link ExplanationRecord}. */
    private static final List<String> NAMES = List.of(
            "method",
            "semantics",
            "space",
            "outputs",
            "values",
            "base",
            "fx",
            "additivity_error",
            "std_error",
            "seed",
            "engine_version",
            "engine_digest",
            "config_digest",
            "model_digest",
            "adapter",
            "input_precision",
            "cover_rule",
            "cover_source",
            "background",
            "groups_digest",
            "interaction_index",
            "flags");

    /** What may differ between equivalent explanations: numbers within the tolerance, and who computed them. */
    private static final List<String> MAY_DIFFER = List.of(
            "values",
            "base",
            "fx",
            "additivity_error",
            "std_error",
            "engine_version",
            "engine_digest",
            "adapter",
            "input_precision",
            "cover_rule");

    /** Float32, which values of more than 64 features are packed as, has steps of this size. */
    private static final double FLOAT_STEP = 0x1p-23;

    /** How both compare. */
    public enum Outcome {
        /** The same bytes, and so the same result digest. */
        IDENTICAL,
        /** The same question about the same model, and numbers within the tolerance: another engine or adapter computed them. */
        EQUIVALENT,
        /** Another question, another model, or other numbers. */
        DIFFERENT
    }

    /** Takes a copy of the list. */
    public Replay {
        differing = List.copyOf(differing);
    }

    /** {@link #compare(byte[], ExplanationRecord, double)} within {@link #TOLERANCE}. */
    public static Replay compare(byte[] kept, ExplanationRecord again) {
        return compare(kept, again, TOLERANCE);
    }

    /**
     * Compares a record that was kept with one that was computed again.
     *
     * @param kept {@link ExplanationRecord#toBytes()} of then
     * @param tolerance for {@code EQUIVALENT}, relative to max(1, |what is explained|); values packed as float32 may be a step apart
     *     besides
     * @throws dev.clew.explain.ExplainException {@code MALFORMED_IMPORT} if the bytes are no record
     */
    public static Replay compare(byte[] kept, ExplanationRecord again, double tolerance) {
        byte[] bytes = again.toBytes();
        if (Arrays.equals(kept, bytes)) {
            return new Replay(Outcome.IDENTICAL, 0, List.of());
        }
        SortedMap<Long, Object> then = CanonicalReader.fields(kept);
        SortedMap<Long, Object> now = CanonicalReader.fields(bytes);
        List<String> differing = new ArrayList<>();
        for (int number = 1; number <= NAMES.size(); number++) {
            if (!same(then.get((long) number), now.get((long) number))) {
                differing.add(NAMES.get(number - 1));
            }
        }
        then.keySet().stream()
                .filter(number -> number < 1 || number > NAMES.size())
                .map(number -> "field " + number)
                .forEach(differing::add);
        boolean floats = again.attribution().phi(0).length > ExplanationRecord.PACK_FLOATS_ABOVE;
        double scale = 1;
        for (double explained : numbers(now, 7, false)) {
            scale = Math.max(scale, Math.abs(explained));
        }
        double largest = 0;
        for (int field : new int[] {5, 6, 7, 9}) {
            boolean packed = floats && (field == 5 || field == 9);
            largest =
                    Math.max(largest, apart(numbers(then, field, floats), numbers(now, field, floats), packed) / scale);
        }
        boolean equivalent = MAY_DIFFER.containsAll(differing) && largest <= tolerance;
        return new Replay(equivalent ? Outcome.EQUIVALENT : Outcome.DIFFERENT, largest, differing);
    }

    private static boolean same(@Nullable Object then, @Nullable Object now) {
        if (then instanceof byte[] left && now instanceof byte[] right) {
            return Arrays.equals(left, right);
        }
        if (then instanceof List<?> left && now instanceof List<?> right) {
            return left.size() == right.size()
                    && IntStream.range(0, left.size()).allMatch(i -> same(left.get(i), right.get(i)));
        }
        return Objects.equals(then, now);
    }

    /** The numbers of a field, packed or listed; none if it is absent or holds something else. */
    private static double[] numbers(Map<Long, Object> fields, int field, boolean floats) {
        Object value = fields.get((long) field);
        if (value instanceof byte[] packed) {
            var in = ByteBuffer.wrap(packed);
            double[] numbers = new double[packed.length / (floats ? 4 : 8)];
            Arrays.setAll(numbers, i -> floats ? in.getFloat() : in.getDouble());
            return numbers;
        }
        if (value instanceof List<?> list) {
            return list.stream()
                    .mapToDouble(each -> each instanceof Double number ? number : Double.NaN)
                    .toArray();
        }
        return new double[0];
    }

    private static double apart(double[] then, double[] now, boolean packed) {
        if (then.length != now.length) {
            return Double.POSITIVE_INFINITY;
        }
        double largest = 0;
        for (int i = 0; i < then.length; i++) {
            if (Double.compare(then[i], now[i]) != 0) {
                double step = packed ? FLOAT_STEP * Math.max(Math.abs(then[i]), Math.abs(now[i])) : 0;
                largest = Math.max(largest, Math.max(0, Math.abs(then[i] - now[i]) - step));
            }
        }
        return largest;
    }
}
