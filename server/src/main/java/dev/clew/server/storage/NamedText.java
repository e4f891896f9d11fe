package dev.clew.server.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A statement with named binds, translated once to positional ones. Quoted text and {@code ::} casts are left alone. Immutable. */
record NamedText(String positional, List<String> names) {
    private static final int MAX_CACHED = 4_096;
    private static final Map<String, NamedText> CACHE = new ConcurrentHashMap<>();

    static NamedText of(String text) {
        NamedText cached = CACHE.get(text);
        if (cached == null) {
            if (CACHE.size() >= MAX_CACHED) {
                CACHE.clear();
            }
            cached = parse(text);
            CACHE.put(text, cached);
        }
        return cached;
    }

    private static NamedText parse(String text) {
        var out = new StringBuilder(text.length());
        var names = new ArrayList<String>();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            int end = at + 1;
            if (c == '\'' || c == '"') {
                end = text.indexOf(c, at + 1) + 1;
                if (end == 0) {
                    throw new IllegalArgumentException("The statement has an unclosed quote: " + text);
                }
            } else if (c == ':' && end < text.length() && text.charAt(end) == ':') {
                end++;
            } else if (c == ':' && end < text.length() && Character.isJavaIdentifierStart(text.charAt(end))) {
                while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
                    end++;
                }
                names.add(text.substring(at + 1, end));
                out.append('?');
                at = end;
                continue;
            }
            out.append(text, at, end);
            at = end;
        }
        return new NamedText(out.toString(), List.copyOf(names));
    }
}
