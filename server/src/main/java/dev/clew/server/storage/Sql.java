package dev.clew.server.storage;

import dev.clew.server.common.Uid;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Statements of one read transaction. Named binds ({@code :name}); columns listed, never {@code *}. Confined to the callback it is
 * given to. One portable text serves both engines; what differs comes from {@link #dialect()}.
 */
public interface Sql {
    Query query(String text);

    Dialect dialect();

    /** A query being bound. Every bind of the text must be given; an unknown name is refused. */
    interface Query {
        Query bind(String name, @Nullable Long value);

        Query bind(String name, long value);

        Query bind(String name, double value);

        Query bind(String name, @Nullable String value);

        Query bind(String name, byte @Nullable [] value);

        default Query bind(String name, Uid value) {
            return bind(name, value.bytes());
        }

        /** For {@code WHERE column %s} with {@link Dialect#inIntegers}. */
        Query integers(String name, long[] values);

        /** For {@code WHERE column %s} with {@link Dialect#inTexts}. */
        Query texts(String name, List<String> values);

        /** For {@code WHERE column %s} with {@link Dialect#inBlobs}. */
        Query blobs(String name, List<byte[]> values);

        /** All rows; more than 100 000 are refused: page by key, or use {@link #forEach}. */
        <T> List<T> list(Function<Row, T> mapper);

        /** The only row, if any; more than one is a programmer's error. */
        <T> Optional<T> first(Function<Row, T> mapper);

        /** Streams rows in order without keeping them. */
        void forEach(Consumer<Row> consumer);
    }
}
