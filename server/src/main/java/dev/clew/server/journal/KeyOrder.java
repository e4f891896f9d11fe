package dev.clew.server.journal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/** Order of keys as both engines order them: integers by value, texts and bytes by unsigned bytes. */
final class KeyOrder implements Comparator<Key> {
    static final KeyOrder INSTANCE = new KeyOrder();

    private KeyOrder() {}

    @Override
    public int compare(Key a, Key b) {
        for (int i = 0; i < a.size(); i++) {
            int order = switch (a.get(i)) {
                case Long number -> Long.compare(number, (Long) b.get(i));
                case String text ->
                    Arrays.compareUnsigned(
                            text.getBytes(StandardCharsets.UTF_8),
                            ((String) b.get(i)).getBytes(StandardCharsets.UTF_8));
                case byte[] bytes -> Arrays.compareUnsigned(bytes, (byte[]) b.get(i));
                default -> throw new IllegalStateException("A key holds integers, texts and bytes");
            };
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }
}
