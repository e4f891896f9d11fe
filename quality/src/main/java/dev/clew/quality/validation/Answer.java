package dev.clew.quality.validation;

import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a round will bring; readable once it was run. */
final class Answer<T extends @Nullable Object> {
    private @Nullable T value;
    private @Nullable String failure;
    private @Nullable Supplier<? extends T> source;

    void set(T answer) {
        value = answer;
    }

    void fail(String why) {
        failure = why;
    }

    /** The same answer, seen otherwise. */
    <R extends @Nullable Object> Answer<R> map(Function<? super T, ? extends R> view) {
        var mapped = new Answer<R>();
        mapped.source = () -> view.apply(get());
        return mapped;
    }

    /** @throws NotJudged if the question could not be answered */
    @SuppressWarnings("NullAway") // Null is an answer where T says so.
    T get() {
        if (source != null) {
            return source.get();
        }
        if (failure != null) {
            throw new NotJudged(failure);
        }
        return value;
    }
}
