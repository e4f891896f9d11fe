package dev.clew.server.http;

import dev.clew.server.journal.Receipt;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a handler answers: status, headers and a body that is written once, streaming. Immutable. */
public record Answer(int status, String contentType, Map<String, String> headers, Content content) {
    /** Writes the body; a failure after the first byte aborts the connection, never ends it cleanly. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Serialises with the one mapper; records become snake_case objects, absent optionals are omitted. */
    public static Answer json(int status, Object value) {
        return new Answer(status, "application/json", Map.of(), out -> JsonOut.MAPPER.writeValue(out, value));
    }

    public static Answer json(Object value) {
        return json(200, value);
    }

    /** One JSON document a line. */
    public static Answer jsonLines(String contentType, List<?> values) {
        return new Answer(200, contentType, Map.of(), out -> {
            for (Object value : values) {
                out.write(JsonOut.MAPPER.writeValueAsBytes(value));
                out.write('\n');
            }
        });
    }

    public static Answer text(int status, String text) {
        return new Answer(
                status, "text/plain; charset=utf-8", Map.of(), out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    public static Answer bytes(String contentType, byte[] bytes) {
        return new Answer(
                200, contentType, Map.of("Content-Length", Integer.toString(bytes.length)), out -> out.write(bytes));
    }

    public static Answer stream(String contentType, Content content) {
        return new Answer(200, contentType, Map.of(), content);
    }

    public Answer header(String name, String value) {
        var all = new LinkedHashMap<>(headers);
        all.put(name, value);
        return new Answer(status, contentType, Map.copyOf(all), content);
    }

    /** The receipt's headers {@code Clew-Seq} and {@code Clew-Leaf}, for answers in a foreign shape. */
    public Answer receipt(Receipt<?> receipt) {
        if (receipt.entries().isEmpty()) {
            return this;
        }
        var first = receipt.entries().getFirst();
        return header("Clew-Seq", Long.toString(first.seq()))
                .header("Clew-Leaf", HexFormat.of().formatHex(first.leafHash()));
    }
}
