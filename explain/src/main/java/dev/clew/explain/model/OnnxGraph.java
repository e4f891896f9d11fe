package dev.clew.explain.model;

import dev.clew.explain.internal.DoubleList;
import dev.clew.explain.internal.LongList;
import dev.clew.explain.internal.ProtobufReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an ONNX file says, as far as the reader needs it: nodes with their attributes, constants, inputs. Field numbers are
 * those of {@code onnx.proto} (ONNX IR 3 to 13).
 */
@SuppressWarnings("ArrayRecordComponent")
record OnnxGraph(String producer, List<Node> nodes, Map<String, Tensor> constants, List<Input> inputs) {
    private static final int FLOAT = 1;
    private static final int UINT8 = 2;
    private static final int INT32 = 6;
    private static final int INT64 = 7;
    private static final int DOUBLE = 11;

    /** Constant numbers; the file's type is forgotten except that it was float. */
    record Tensor(long[] shape, double[] values, boolean isFloat) {}

    /** @param columns width of the second dimension, 1 if the file leaves it open */
    record Input(String name, int type, int columns) {
        boolean isDouble() {
            return type == DOUBLE;
        }
    }

    record Node(String type, List<String> inputs, List<String> outputs, Map<String, Attribute> attributes) {
        long[] integers(String name) {
            Attribute attribute = attributes.get(name);
            return attribute == null ? new long[0] : attribute.integers;
        }

        /** Numbers of an attribute or of its {@code _as_tensor} form. */
        double[] numbers(String name) {
            Attribute attribute = attributes.get(name);
            Attribute tensor = attributes.get(name + "_as_tensor");
            if (tensor != null && tensor.tensor.isPresent()) {
                return tensor.tensor.get().values;
            }
            if (attribute == null) {
                return new double[0];
            }
            return attribute.tensor.map(Tensor::values).orElse(attribute.numbers);
        }

        List<String> texts(String name) {
            Attribute attribute = attributes.get(name);
            return attribute == null ? List.of() : attribute.texts;
        }

        String text(String name, String otherwise) {
            Attribute attribute = attributes.get(name);
            return attribute == null ? otherwise : attribute.text;
        }

        long integer(String name, long otherwise) {
            Attribute attribute = attributes.get(name);
            return attribute == null ? otherwise : attribute.integer;
        }

        double number(String name, double otherwise) {
            Attribute attribute = attributes.get(name);
            return attribute == null ? otherwise : attribute.number;
        }

        boolean hasDoubles(String name) {
            Attribute tensor = attributes.get(name);
            return tensor != null && tensor.tensor.map(t -> !t.isFloat).orElse(false);
        }
    }

    record Attribute(
            double number,
            long integer,
            String text,
            double[] numbers,
            long[] integers,
            List<String> texts,
            java.util.Optional<Tensor> tensor) {}

    static OnnxGraph read(byte[] bytes) {
        var in = new ProtobufReader(bytes);
        String producer = "";
        OnnxGraph graph = null;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 2 -> producer = in.text();
                case 3 -> producer += " " + in.text();
                case 7 -> graph = graph(in.message());
                default -> in.skip();
            }
        }
        if (graph == null) {
            throw ForestBuilder.malformed("it holds no ONNX graph");
        }
        return new OnnxGraph(producer.strip(), graph.nodes, graph.constants, graph.inputs);
    }

    private static OnnxGraph graph(ProtobufReader in) {
        List<Node> nodes = new ArrayList<>();
        Map<String, Tensor> constants = new HashMap<>();
        List<Input> inputs = new ArrayList<>();
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> nodes.add(node(in.message()));
                case 5 -> tensor(in.message(), constants);
                case 11 -> inputs.add(input(in.message()));
                default -> in.skip();
            }
        }
        for (Node node : nodes) {
            if (node.type.equals("Constant") && node.outputs.size() == 1) {
                Attribute value = node.attributes.get("value");
                if (value != null && value.tensor.isPresent()) {
                    constants.put(node.outputs.getFirst(), value.tensor.get());
                }
            }
        }
        Set<String> known = new HashSet<>(constants.keySet());
        inputs.removeIf(input -> known.contains(input.name));
        return new OnnxGraph("", nodes, constants, inputs);
    }

    private static Node node(ProtobufReader in) {
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        Map<String, Attribute> attributes = new HashMap<>();
        String type = "";
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> inputs.add(in.text());
                case 2 -> outputs.add(in.text());
                case 4 -> type = in.text();
                case 5 -> attribute(in.message(), attributes);
                default -> in.skip();
            }
        }
        return new Node(type, inputs, outputs, attributes);
    }

    private static void attribute(ProtobufReader in, Map<String, Attribute> into) {
        String name = "";
        double number = 0;
        long integer = 0;
        String text = "";
        var numbers = new DoubleList();
        var integers = new LongList();
        List<String> texts = new ArrayList<>();
        Tensor tensor = null;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> name = in.text();
                case 2 -> number = in.real();
                case 3 -> integer = in.integer();
                case 4 -> text = in.text();
                case 5 -> tensor = tensor(in.message(), new HashMap<>());
                case 7 -> in.floats(numbers);
                case 8 -> in.integers(integers);
                case 9 -> texts.add(in.text());
                default -> in.skip();
            }
        }
        into.put(
                name,
                new Attribute(
                        number,
                        integer,
                        text,
                        numbers.toArray(),
                        integers.toArray(),
                        texts,
                        java.util.Optional.ofNullable(tensor)));
    }

    private static Tensor tensor(ProtobufReader in, Map<String, Tensor> into) {
        var shape = new LongList();
        int type = 0;
        String name = "";
        var reals = new DoubleList();
        var wholes = new LongList();
        byte[] raw = new byte[0];
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> in.integers(shape);
                case 2 -> type = (int) in.integer();
                case 4 -> in.floats(reals);
                case 5, 7 -> in.integers(wholes);
                case 8 -> name = in.text();
                case 9 -> raw = in.raw();
                case 10 -> in.doubles(reals);
                default -> in.skip();
            }
        }
        double[] values = raw.length > 0
                ? raw(raw, type)
                : reals.size() > 0
                        ? reals.toArray()
                        : Arrays.stream(wholes.toArray()).asDoubleStream().toArray();
        var tensor = new Tensor(shape.toArray(), values, type == FLOAT);
        into.put(name, tensor);
        return tensor;
    }

    private static double[] raw(byte[] raw, int type) {
        int width = switch (type) {
            case FLOAT, INT32 -> 4;
            case DOUBLE, INT64 -> 8;
            case UINT8, 3, 9 -> 1;
            default -> 0;
        };
        if (width == 0 || raw.length % width != 0) {
            // Text and half floats play no part in the models read here.
            return new double[0];
        }
        var buffer = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
        double[] values = new double[raw.length / width];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (type) {
                case FLOAT -> buffer.getFloat();
                case INT32 -> buffer.getInt();
                case DOUBLE -> buffer.getDouble();
                case INT64 -> buffer.getLong();
                case UINT8 -> buffer.get() & 0xFF;
                default -> buffer.get();
            };
        }
        return values;
    }

    private static Input input(ProtobufReader in) {
        String name = "";
        int type = 0;
        int columns = 1;
        for (int field = in.next(); field != 0; field = in.next()) {
            if (field == 1) {
                name = in.text();
            } else if (field == 2) {
                ProtobufReader kind = in.message();
                for (int f = kind.next(); f != 0; f = kind.next()) {
                    if (f != 1) {
                        kind.skip();
                        continue;
                    }
                    ProtobufReader tensor = kind.message();
                    for (int g = tensor.next(); g != 0; g = tensor.next()) {
                        switch (g) {
                            case 1 -> type = (int) tensor.integer();
                            case 2 -> columns = columns(tensor.message());
                            default -> tensor.skip();
                        }
                    }
                }
            } else {
                in.skip();
            }
        }
        return new Input(name, type, columns);
    }

    private static int columns(ProtobufReader shape) {
        List<Long> sizes = new ArrayList<>();
        for (int field = shape.next(); field != 0; field = shape.next()) {
            if (field != 1) {
                shape.skip();
                continue;
            }
            long size = 0;
            ProtobufReader dimension = shape.message();
            for (int f = dimension.next(); f != 0; f = dimension.next()) {
                if (f == 1) {
                    size = dimension.integer();
                } else {
                    dimension.skip();
                }
            }
            sizes.add(size);
        }
        return sizes.size() < 2 ? 1 : Math.clamp(sizes.get(1), 1, 1_000_000);
    }
}
