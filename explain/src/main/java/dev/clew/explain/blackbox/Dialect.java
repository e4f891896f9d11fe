package dev.clew.explain.blackbox;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.internal.DocumentReader.Token;
import dev.clew.explain.internal.DoubleList;
import dev.clew.explain.internal.JsonReader;
import dev.clew.explain.internal.Provenances;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.explain.model.Rows;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** How rows are written and answers are read. */
enum Dialect {
    /** {@code {"instances": [[…]]}} → {@code {"predictions": […]}}. */
    V1,
    /** Open inference protocol: one tensor in, or one per column where some hold texts; the first tensor out. */
    V2,
    /** MLflow's scoring server: {@code {"dataframe_split": {"columns": […], "data": [[…]]}}}. */
    MLFLOW;

    static Dialect of(String path) {
        return path.endsWith("/invocations") ? MLFLOW : path.contains("/v2/") ? V2 : V1;
    }

    String request(Rows rows, FeatureSchema schema) {
        var json = new StringBuilder();
        switch (this) {
            case V1 -> {
                json.append("{\"instances\":");
                matrix(json, rows, schema);
            }
            case V2 ->
                json.append(named(
                        schema.features().stream().allMatch(f -> f.categories().isEmpty())
                                ? tensor(rows)
                                : columns(rows, schema)));
            case MLFLOW -> {
                json.append("{\"dataframe_split\":{\"columns\":[");
                for (int j = 0; j < schema.size(); j++) {
                    json.append(j == 0 ? "" : ",");
                    text(json, schema.names().get(j));
                }
                json.append("],\"data\":");
                matrix(json, rows, schema);
                json.append('}');
            }
        }
        return json.append('}').toString();
    }

    /** Asks about texts, which are the column of this name where the dialect has names. */
    String request(List<String> texts, String name) {
        var json = new StringBuilder();
        switch (this) {
            case V1 -> json.append("{\"instances\":").append(rows(texts));
            case V2 ->
                json.append(
                        named("\"inputs\":[{\"name\":\"input-0\",\"datatype\":\"BYTES\",\"shape\":[%d,1],\"data\":%s}]"
                                .formatted(texts.size(), rows(texts))));
            case MLFLOW -> {
                json.append("{\"dataframe_split\":{\"columns\":[");
                text(json, name);
                json.append("],\"data\":").append(rows(texts)).append('}');
            }
        }
        return json.append('}').toString();
    }

    /** A request with an id that is the same when it is sent again. */
    private static String named(String inputs) {
        byte[] digest = Provenances.sha256(utf8(inputs));
        return "{\"id\":\"%s\",%s".formatted(HexFormat.of().formatHex(digest, 0, 16), inputs);
    }

    /** Numbers only: one tensor of rows × features. */
    private static String tensor(Rows rows) {
        var json = new StringBuilder("\"inputs\":[{\"name\":\"input-0\",\"datatype\":\"FP64\",\"shape\":[")
                .append(rows.count())
                .append(',')
                .append(rows.width())
                .append("],\"data\":[");
        for (int i = 0; i < rows.values().length; i++) {
            json.append(i == 0 ? "" : ",");
            number(json, rows.values()[i]);
        }
        return json.append("]}]").toString();
    }

    /** Texts among them: one tensor per column, as MLServer's codec {@code pd} reads a table. */
    private static String columns(Rows rows, FeatureSchema schema) {
        var json = new StringBuilder("\"parameters\":{\"content_type\":\"pd\"},\"inputs\":[");
        for (int j = 0; j < schema.size(); j++) {
            boolean texts = !schema.features().get(j).categories().isEmpty();
            json.append(j == 0 ? "{\"name\":" : ",{\"name\":");
            text(json, schema.names().get(j));
            json.append(
                            texts
                                    ? ",\"datatype\":\"BYTES\",\"parameters\":{\"content_type\":\"str\"}"
                                    : ",\"datatype\":\"FP64\"")
                    .append(",\"shape\":[")
                    .append(rows.count())
                    .append(",1],\"data\":[");
            for (int i = 0; i < rows.count(); i++) {
                json.append(i == 0 ? "" : ",");
                cell(json, schema, j, rows.get(i, j));
            }
            json.append("]}");
        }
        return json.append(']').toString();
    }

    /** A category by its name, everything else as a number. */
    private static void cell(StringBuilder json, FeatureSchema schema, int j, double value) {
        List<String> categories = schema.features().get(j).categories();
        if (value >= 0 && value < categories.size()) {
            text(json, categories.get((int) value));
        } else {
            number(json, value);
        }
    }

    private static String rows(List<String> texts) {
        var json = new StringBuilder("[");
        for (String one : texts) {
            json.append(json.length() == 1 ? "[" : ",[");
            text(json, one);
            json.append(']');
        }
        return json.append(']').toString();
    }

    private static void matrix(StringBuilder json, Rows rows, FeatureSchema schema) {
        json.append('[');
        for (int i = 0; i < rows.count(); i++) {
            json.append(i == 0 ? "[" : ",[");
            for (int j = 0; j < rows.width(); j++) {
                json.append(j == 0 ? "" : ",");
                cell(json, schema, j, rows.get(i, j));
            }
            json.append(']');
        }
        json.append(']');
    }

    private static void number(StringBuilder json, double value) {
        if (!Double.isFinite(value)) {
            json.append("null");
        } else if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            json.append((long) value);
        } else {
            json.append(value);
        }
    }

    private static void text(StringBuilder json, String value) {
        json.append('"');
        for (char c : value.toCharArray()) {
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append("\\u%04x".formatted((int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }

    /** The numbers of an answer in order, however nested. */
    double[] answer(byte[] body) {
        String key = this == V2 ? "outputs" : "predictions";
        try {
            var in = new JsonReader(body);
            var numbers = new DoubleList();
            boolean found = false;
            in.beginObject();
            while (in.hasNext()) {
                if (in.name().equals(key)) {
                    found = true;
                    if (this == V2) {
                        firstTensor(in, numbers);
                    } else {
                        flatten(in, numbers);
                    }
                } else {
                    in.skip();
                }
            }
            if (found) {
                return numbers.toArray();
            }
        } catch (ExplainException e) {
            throw new ExplainException(
                    Code.BLACK_BOX_FAILED,
                    "The black box answered something that is no prediction; wanted is %s.".formatted(wanted()),
                    e);
        }
        throw new ExplainException(
                Code.BLACK_BOX_FAILED, "The black box answered without \"%s\"; wanted is %s.".formatted(key, wanted()));
    }

    private String wanted() {
        return this == V2
                ? "{\"outputs\": [{\"data\": […], …}]} with numbers for every row"
                : "{\"predictions\": […]} with a number, or a list of numbers, for every row";
    }

    private static void firstTensor(JsonReader in, DoubleList numbers) {
        boolean first = true;
        in.beginArray();
        while (in.hasNext()) {
            if (!first) {
                in.skip();
                continue;
            }
            first = false;
            in.beginObject();
            while (in.hasNext()) {
                if (in.name().equals("data")) {
                    flatten(in, numbers);
                } else {
                    in.skip();
                }
            }
        }
    }

    private static void flatten(JsonReader in, DoubleList numbers) {
        if (in.peek() == Token.ARRAY) {
            in.beginArray();
            while (in.hasNext()) {
                flatten(in, numbers);
            }
        } else if (in.peek() == Token.BOOLEAN) {
            numbers.add(in.bool() ? 1 : 0);
        } else {
            numbers.add(in.number());
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
