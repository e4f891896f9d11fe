package dev.clew.server.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * An answer whose content was written to memory, so that it can be kept and written more than once.
 *
 * @param bytes its content
 */
record WholeAnswer(Answer answer, byte[] bytes) {
    static WholeAnswer of(Answer answer) throws IOException {
        var body = new ByteArrayOutputStream();
        answer.content().writeTo(body);
        byte[] bytes = body.toByteArray();
        return new WholeAnswer(
                new Answer(answer.status(), answer.contentType(), answer.headers(), out -> out.write(bytes)), bytes);
    }
}
