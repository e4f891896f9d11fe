package dev.clew.explain.model;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Writes ONNX files field by field ({@code onnx.proto}), for graphs that no converter writes. */
final class OnnxFile {
    static final int FLOAT = 1;
    static final int INT64 = 7;
    static final int DOUBLE = 11;

    private final ByteArrayOutputStream graph = new ByteArrayOutputStream();

    /** A tensor of rows × columns, rows left open. */
    OnnxFile input(String name, int type, long columns) {
        var shape = new ByteArrayOutputStream();
        put(shape, 1, new byte[0]);
        put(shape, 1, number(1, columns));
        byte[] tensor = joined(number(1, type), message(2, shape.toByteArray()));
        put(graph, 11, joined(text(1, name), message(2, message(1, tensor))));
        return this;
    }

    OnnxFile constant(String name, float... values) {
        byte[] tensor = joined(number(1, values.length), number(2, FLOAT), message(4, packed(values)), text(8, name));
        put(graph, 5, tensor);
        return this;
    }

    OnnxFile node(String type, List<String> inputs, List<String> outputs, byte[]... attributes) {
        var node = new ByteArrayOutputStream();
        inputs.forEach(input -> node.writeBytes(text(1, input)));
        outputs.forEach(output -> node.writeBytes(text(2, output)));
        node.writeBytes(text(4, type));
        for (byte[] attribute : attributes) {
            put(node, 5, attribute);
        }
        put(graph, 1, node.toByteArray());
        return this;
    }

    static byte[] attribute(String name, long value) {
        return joined(text(1, name), number(3, value));
    }

    static byte[] attribute(String name, float value) {
        return joined(text(1, name), new byte[] {2 << 3 | 5}, packed(value));
    }

    static byte[] attribute(String name, String value) {
        return joined(text(1, name), text(4, value));
    }

    static byte[] attribute(String name, float... values) {
        return joined(text(1, name), message(7, packed(values)));
    }

    static byte[] attribute(String name, long... values) {
        var packed = new ByteArrayOutputStream();
        Arrays.stream(values).forEach(value -> varint(packed, value));
        return joined(text(1, name), message(8, packed.toByteArray()));
    }

    static byte[] attribute(String name, List<String> values) {
        var all = new ByteArrayOutputStream();
        all.writeBytes(text(1, name));
        values.forEach(value -> all.writeBytes(text(9, value)));
        return all.toByteArray();
    }

    byte[] bytes() {
        return joined(number(1, 8), message(7, graph.toByteArray()));
    }

    Model read() {
        return Models.read(bytes());
    }

    private static byte[] packed(float... values) {
        var buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            buffer.putFloat(value);
        }
        return buffer.array();
    }

    private static byte[] number(int field, long value) {
        var out = new ByteArrayOutputStream();
        varint(out, (long) field << 3);
        varint(out, value);
        return out.toByteArray();
    }

    private static byte[] text(int field, String value) {
        return message(field, value.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] message(int field, byte[] bytes) {
        var out = new ByteArrayOutputStream();
        put(out, field, bytes);
        return out.toByteArray();
    }

    private static void put(ByteArrayOutputStream out, int field, byte[] bytes) {
        varint(out, (long) field << 3 | 2);
        varint(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private static byte[] joined(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
