package dev.clew.quality.translate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.QualityException;
import dev.clew.quality.QualityException.Code;
import dev.clew.quality.suite.Severity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A schema of TensorFlow Data Validation as text proto: presence, domains of texts and numbers; comparators of drift and skew become rules
 * for monitoring ({@link Translation#monitors}).
 */
public final class Tfdv {
    private static final int DEEPEST = 50;

    private final String text;
    private int at;

    private Tfdv(String text) {
        this.text = text;
    }

    /** A message: fields by name, each with its values. */
    private record Message(Map<String, List<Object>> fields) {
        List<Message> messages(String name) {
            List<Message> all = new ArrayList<>();
            fields.getOrDefault(name, List.of()).forEach(value -> {
                if (value instanceof Message message) {
                    all.add(message);
                }
            });
            return all;
        }

        List<String> texts(String name) {
            List<String> all = new ArrayList<>();
            fields.getOrDefault(name, List.of()).forEach(value -> {
                if (value instanceof String word) {
                    all.add(word);
                }
            });
            return all;
        }

        String text(String name) {
            List<String> all = texts(name);
            return all.isEmpty() ? "" : all.getFirst();
        }
    }

    /** @throws QualityException {@code BAD_DOCUMENT} */
    public static Translation read(String schema) {
        var parser = new Tfdv(schema);
        Message root = parser.message(0);
        if (root.messages("feature").isEmpty()) {
            throw new QualityException(
                    Code.BAD_DOCUMENT, "The TFDV schema has no 'feature'; give what tfdv.write_schema_text writes.");
        }
        Map<String, Message> domains = new LinkedHashMap<>();
        root.messages("string_domain").forEach(domain -> domains.put(domain.text("name"), domain));
        var draft = new Draft();
        root.messages("feature").forEach(feature -> feature(draft, feature, domains));
        return draft.suite("tfdv");
    }

    private static void feature(Draft draft, Message feature, Map<String, Message> domains) {
        String name = feature.text("name");
        for (Message presence : feature.messages("presence")) {
            String share = presence.text("min_fraction");
            if (!share.isEmpty()) {
                ObjectNode kwargs = Draft.column(name);
                if (number(share) < 1) {
                    kwargs.put("mostly", number(share));
                }
                draft.add("expect_column_values_to_not_be_null", kwargs, Severity.CRITICAL);
            }
        }
        List<Message> texts = new ArrayList<>(feature.messages("string_domain"));
        Message shared = domains.get(feature.text("domain"));
        if (shared != null) {
            texts.add(shared);
        }
        for (Message domain : texts) {
            ObjectNode kwargs = Draft.column(name);
            domain.texts("value").forEach(kwargs.putArray("value_set")::add);
            for (Message constraints : feature.messages("distribution_constraints")) {
                String mass = constraints.text("min_domain_mass");
                if (!mass.isEmpty() && number(mass) < 1) {
                    kwargs.put("mostly", number(mass));
                }
            }
            draft.add("expect_column_values_to_be_in_set", kwargs, Severity.CRITICAL);
        }
        for (String kind : new String[] {"int_domain", "float_domain"}) {
            for (Message domain : feature.messages(kind)) {
                ObjectNode kwargs = Draft.column(name);
                if (!domain.text("min").isEmpty()) {
                    kwargs.put("min_value", number(domain.text("min")));
                }
                if (!domain.text("max").isEmpty()) {
                    kwargs.put("max_value", number(domain.text("max")));
                }
                if (kwargs.size() > 1) {
                    draft.add("expect_column_values_to_be_between", kwargs, Severity.CRITICAL);
                }
            }
        }
        for (String comparator : new String[] {"drift_comparator", "skew_comparator"}) {
            feature.messages(comparator).forEach(rule -> monitor(draft, comparator, name, rule));
        }
    }

    /**
     * A comparator of two tables. TFDV's divergence is in bits and without a root: t bits are a distance of √(t·ln 2) in nats.
     */
    private static void monitor(Draft draft, String comparator, String name, Message rule) {
        boolean known = false;
        for (Message norm : rule.messages("infinity_norm")) {
            double threshold = number(norm.text("threshold"));
            draft.monitor(name, "l_infinity", threshold, comparator + ".infinity_norm");
            known = true;
        }
        for (Message divergence : rule.messages("jensen_shannon_divergence")) {
            double threshold = number(divergence.text("threshold"));
            draft.monitor(
                    name,
                    "jensenshannon",
                    Math.sqrt(threshold * Math.log(2)),
                    comparator + ".jensen_shannon_divergence");
            known = true;
        }
        if (!known) {
            draft.refuse(
                    "TFDV's %s of %s is neither infinity_norm nor jensen_shannon_divergence and has no counterpart."
                            .formatted(comparator, name));
        }
    }

    private static double number(String text) {
        try {
            return text.isEmpty() ? 0 : Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new QualityException(
                    Code.BAD_DOCUMENT,
                    "The TFDV schema has '%s' where a number belongs; give what tfdv.write_schema_text writes."
                            .formatted(text),
                    e);
        }
    }

    private Message message(int depth) {
        if (depth > DEEPEST) {
            throw malformed();
        }
        Map<String, List<Object>> fields = new LinkedHashMap<>();
        while (true) {
            blanks();
            if (at >= text.length() || text.charAt(at) == '}') {
                return new Message(fields);
            }
            String name = word();
            if (name.isEmpty()) {
                throw malformed();
            }
            blanks();
            boolean colon = at < text.length() && text.charAt(at) == ':';
            at += colon ? 1 : 0;
            blanks();
            Object value;
            if (at < text.length() && text.charAt(at) == '{') {
                at++;
                value = message(depth + 1);
                if (at >= text.length()) {
                    throw malformed();
                }
                at++;
            } else if (colon) {
                value = scalar();
            } else {
                throw malformed();
            }
            fields.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
        }
    }

    private String scalar() {
        if (at < text.length() && (text.charAt(at) == '"' || text.charAt(at) == '\'')) {
            char quote = text.charAt(at++);
            var value = new java.io.ByteArrayOutputStream();
            while (at < text.length() && text.charAt(at) != quote) {
                character(value);
            }
            if (at >= text.length()) {
                throw malformed();
            }
            at++;
            return value.toString(StandardCharsets.UTF_8);
        }
        return word();
    }

    /** One character of a quoted text, as UTF-8; escapes are those of C, octal ones being bytes. */
    private void character(java.io.ByteArrayOutputStream value) {
        int c = text.codePointAt(at);
        at += Character.charCount(c);
        if (c != '\\' || at >= text.length()) {
            value.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            return;
        }
        int code = 0;
        int digits = 0;
        while (digits < 3 && at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '7') {
            code = code * 8 + text.charAt(at++) - '0';
            digits++;
        }
        if (digits == 0) {
            char escaped = text.charAt(at++);
            code = escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped == 'r' ? '\r' : escaped;
        }
        value.write(code);
    }

    private String word() {
        int start = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || "_.+-".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        return text.substring(start, at);
    }

    private void blanks() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#') {
                while (at < text.length() && text.charAt(at) != '\n') {
                    at++;
                }
            } else if (Character.isWhitespace(c) || c == ',' || c == ';') {
                at++;
            } else {
                return;
            }
        }
    }

    private QualityException malformed() {
        long line = text.substring(0, Math.min(at, text.length())).lines().count();
        return new QualityException(
                Code.BAD_DOCUMENT,
                "The TFDV schema is not a text proto: line %d is malformed; give what tfdv.write_schema_text writes."
                        .formatted(line));
    }
}
