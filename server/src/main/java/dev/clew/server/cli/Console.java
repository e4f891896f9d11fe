package dev.clew.server.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.clew.server.common.ClewException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Where commands speak: answers on standard output, everything else on standard error; always UTF-8. */
public final class Console {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private static final PrintStream ERR = new PrintStream(System.err, true, StandardCharsets.UTF_8);

    private Console() {}

    public static void say(String line) {
        TerminalProgress.clear();
        OUT.println(line);
    }

    public static void warn(String line) {
        TerminalProgress.clear();
        ERR.println(line);
    }

    /** An answer for programs: one JSON document, snake_case, as {@code --json} promises. */
    public static void json(Object value) {
        TerminalProgress.clear();
        try {
            OUT.println(Writing.JSON.writeValueAsString(value));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For answers too long to be held: JSON written piece by piece; closing it leaves standard output open. */
    static JsonGenerator jsonStream() throws IOException {
        return Writing.JSON.createGenerator(OUT).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    }

    /** Says why a command failed. */
    static int failed(ClewException failure) {
        warn("clew: " + failure.getMessage());
        return ExitCode.of(failure);
    }

    /** Loaded only when something is written as JSON. */
    private static final class Writing {
        static final ObjectWriter JSON = JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .enable(SerializationFeature.INDENT_OUTPUT)
                .addModule(new SimpleModule().addSerializer(Instant.class, ToStringSerializer.instance))
                .build()
                .writer();
    }
}
