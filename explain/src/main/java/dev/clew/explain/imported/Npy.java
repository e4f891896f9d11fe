package dev.clew.explain.imported;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One array of NumPy's file format, versions 1 to 3 (NEP 1): numbers, booleans or fixed-width text. Pickled objects are refused,
 * never read.
 *
 * @param shape sizes, outermost first; empty for a scalar
 * @param numbers the values, the last index moving fastest, or empty for text
 * @param texts the values, or empty for numbers
 */
@SuppressWarnings("ArrayRecordComponent")
record Npy(int[] shape, double[] numbers, List<String> texts) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([<>|=])([a-zA-Z])([0-9]{1,6})'");
    private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9, ]*)\\)");
    private static final int MAX_DIMENSIONS = 8;

    static Npy read(byte[] bytes, String name) {
        if (bytes.length < 12 || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw malformed(name, "does not begin as a NumPy array");
        }
        boolean wide = bytes[6] >= 2;
        var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long length = wide ? buffer.getInt(8) & 0xFFFFFFFFL : buffer.getShort(8) & 0xFFFF;
        int start = wide ? 12 : 10;
        if (length > bytes.length - start) {
            throw malformed(name, "ends within its header");
        }
        String header = new String(bytes, start, (int) length, StandardCharsets.UTF_8);
        Matcher type = TYPE.matcher(header);
        Matcher fortran = FORTRAN.matcher(header);
        Matcher sizes = SHAPE.matcher(header);
        if (!fortran.find() || !sizes.find() || !type.find()) {
            throw malformed(name, "holds objects or records; save plain numbers or text");
        }
        int[] shape = shape(sizes.group(1), name);
        int width = Integer.parseInt(type.group(3));
        char kind = type.group(2).charAt(0);
        long count = 1;
        for (int size : shape) {
            count = Math.multiplyExact(count, (long) size);
            if (count > Integer.MAX_VALUE) {
                throw malformed(name, "has more values than this library takes");
            }
        }
        long each = kind == 'U' ? 4L * width : width;
        int at = start + (int) length;
        if (each == 0 || count * each != bytes.length - at) {
            throw malformed(name, "has another length than its header says");
        }
        buffer.order(type.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN)
                .position(at);
        if (kind == 'U') {
            return new Npy(shape, new double[0], texts(buffer, (int) count, width));
        }
        double[] numbers = numbers(buffer, (int) count, kind, width, name);
        return new Npy(shape, fortran.group(1).equals("True") ? lastIndexFirst(numbers, shape) : numbers, List.of());
    }

    /** From Fortran's order, in which the first index moves fastest (a table of pandas has it), to the one where the last does. */
    private static double[] lastIndexFirst(double[] given, int[] shape) {
        double[] turned = new double[given.length];
        for (int i = 0; i < turned.length; i++) {
            int rest = i;
            int from = 0;
            // Digits of i from the last index on; the same digits weigh the other way round in the file.
            int weight = given.length;
            for (int d = shape.length - 1; d >= 0; d--) {
                weight /= shape[d];
                from += rest % shape[d] * weight;
                rest /= shape[d];
            }
            turned[i] = given[from];
        }
        return turned;
    }

    private static int[] shape(String text, String name) {
        int[] shape;
        try {
            shape = Arrays.stream(text.split(","))
                    .map(String::strip)
                    .filter(size -> !size.isEmpty())
                    .mapToInt(Integer::parseInt)
                    .toArray();
        } catch (NumberFormatException e) {
            throw malformed(name, "has a size that is no number up to 2 147 483 647");
        }
        if (shape.length > MAX_DIMENSIONS) {
            throw malformed(name, "has more than %d dimensions".formatted(MAX_DIMENSIONS));
        }
        return shape;
    }

    private static double[] numbers(ByteBuffer in, int count, char kind, int width, String name) {
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = switch (kind + Integer.toString(width)) {
                case "f8" -> in.getDouble();
                case "f4" -> in.getFloat();
                case "f2" -> Float.float16ToFloat(in.getShort());
                case "i8" -> in.getLong();
                case "i4" -> in.getInt();
                case "i2" -> in.getShort();
                case "i1" -> in.get();
                case "u4" -> in.getInt() & 0xFFFFFFFFL;
                case "u2" -> in.getShort() & 0xFFFF;
                case "u1", "b1" -> in.get() & 0xFF;
                default ->
                    throw malformed(name, "holds values of type %c%d; save them as float64".formatted(kind, width));
            };
        }
        return numbers;
    }

    private static List<String> texts(ByteBuffer in, int count, int width) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            var text = new StringBuilder();
            for (int c = 0; c < width; c++) {
                int point = in.getInt();
                if (point != 0 && Character.isValidCodePoint(point)) {
                    text.appendCodePoint(point);
                }
            }
            texts.add(text.toString());
        }
        return texts;
    }

    private static ExplainException malformed(String name, String what) {
        return new ExplainException(Code.MALFORMED_IMPORT, "The array %s %s.".formatted(name, what));
    }
}
