package dev.clew.server.common;

/**
 * A thing as people and interfaces name it: {@code kind:id}, the id being the feature's own ({@code experiment:12},
 * {@code model-version:credit/3}, {@code run:…}) or the uid in hexadecimal. Used at the interface only; inside, things are {@link Node}s.
 */
public record Ref(Kind kind, String id) {
    /** @throws ClewException INVALID_ARGUMENT if it is not {@code kind:id} with a known kind */
    public static Ref parse(String text) {
        int colon = text.indexOf(':');
        if (colon > 0 && colon < text.length() - 1) {
            var kind = Kind.parse(text.substring(0, colon));
            if (kind.isPresent()) {
                return new Ref(kind.get(), text.substring(colon + 1));
            }
        }
        throw new ClewException(
                ErrorCode.INVALID_ARGUMENT,
                "\"%s\" is not a reference; write kind:id, for example decision:0192… or model-version:credit/3"
                        .formatted(text));
    }

    @Override
    public String toString() {
        return kind.text() + ":" + id;
    }
}
