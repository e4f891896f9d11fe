package dev.clew.server.common;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.regex.Pattern;

/** The one JSON mapper: duplicate keys and trailing text refused, depth and lengths bounded, fast double parsing. Thread-safe. */
public final class Json {
    /** Deepest nesting accepted in any body. */
    public static final int MAX_DEPTH = 64;

    // Buffers are shared: a request's virtual thread is new, so what a thread keeps would be made for every request.
    public static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(1_000)
                            .maxStringLength(16 * 1024 * 1024)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final int MOST_SHOWN = 200;

    /** What the parser adds for whoever configures it, which is not who sent the text. */
    private static final Pattern ADVICE = Pattern.compile(
            ": enable `.*|, from `?[\\w.]+\\(\\)`?| \\((?:start marker|for \\w+ starting) at .*\\)| \\(not recognized as one since .*\\)| \\(consider enabling .*\\)");

    private static final Pattern NO_NUMBER = Pattern.compile("Non-standard token '(.*)'");

    private Json() {}

    /**
     * What is wrong with a text that does not parse, and where, for the one who sent it: {@code "NaN" is no number in JSON (line 1, column
     * 24)}. Names no option of the parser.
     */
    public static String fault(JacksonException failure) {
        String said = failure.getOriginalMessage();
        String what = said == null ? "it is cut off" : said.lines().findFirst().orElse("");
        what = ADVICE.matcher(what).replaceAll("");
        what = NO_NUMBER.matcher(what).replaceFirst("\"$1\" is no number in JSON");
        if (what.startsWith("Trailing token")) {
            what = "something follows the end of the value";
        }
        what = what.replace('`', '"');
        if (what.length() > MOST_SHOWN) {
            what = what.substring(0, MOST_SHOWN) + "…";
        }
        var at = failure.getLocation();
        return at == null ? what : "%s (line %d, column %d)".formatted(what, at.getLineNr(), at.getColumnNr());
    }
}
