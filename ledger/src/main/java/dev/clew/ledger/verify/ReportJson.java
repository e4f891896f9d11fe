package dev.clew.ledger.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A report as JSON; the library has no JSON dependency, and this is all it writes. */
final class ReportJson {
    private ReportJson() {}

    static String of(VerifierReport report) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("verdict", report.verdict().name().toLowerCase(Locale.ROOT));
        json.put("exit_code", report.exitCode());
        json.put("subject", report.subject());
        json.put("policy", report.policy());
        VerifierReport.Log log = report.log();
        json.put("log", log == null ? null : object("origin", log.origin(), "size", log.size(), "root", log.root()));
        json.put("witnesses", report.witnesses());
        json.put("entries", report.entries().stream().map(ReportJson::entry).toList());
        json.put(
                "disclosed",
                report.disclosed().stream()
                        .map(payload -> object(
                                "owner",
                                payload.owner(),
                                "media_type",
                                payload.mediaType(),
                                "size",
                                payload.size(),
                                "text",
                                payload.text()))
                        .toList());
        json.put("counts", report.counts());
        json.put(
                "findings",
                report.findings().stream()
                        .map(finding -> object(
                                "code", finding.check().name(),
                                "severity", finding.severity().name().toLowerCase(Locale.ROOT),
                                "message", finding.message()))
                        .toList());
        StringBuilder out = new StringBuilder();
        write(out, json);
        return out.toString();
    }

    private static Map<String, @Nullable Object> entry(EntryView entry) {
        return object(
                "seq",
                entry.seq(),
                "i",
                entry.inner(),
                "time",
                entry.time(),
                "act",
                entry.act(),
                "known",
                entry.isKnown(),
                "who",
                entry.who(),
                "on_behalf_of",
                entry.onBehalfOf(),
                "resource",
                entry.resource(),
                "why",
                entry.why(),
                "request",
                entry.request(),
                "body",
                entry.body(),
                "refs",
                entry.refs());
    }

    private static Map<String, @Nullable Object> object(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return object;
    }

    private static void write(StringBuilder out, @Nullable Object value) {
        switch (value) {
            case null -> out.append("null");
            case String text -> string(out, text);
            case Map<?, ?> map -> {
                List<String> parts = new ArrayList<>();
                map.forEach((name, item) -> {
                    StringBuilder part = new StringBuilder();
                    string(part, String.valueOf(name));
                    part.append(':');
                    write(part, item);
                    parts.add(part.toString());
                });
                out.append('{').append(String.join(",", parts)).append('}');
            }
            case List<?> list -> {
                List<String> parts = new ArrayList<>();
                list.forEach(item -> {
                    StringBuilder part = new StringBuilder();
                    write(part, item);
                    parts.add(part.toString());
                });
                out.append('[').append(String.join(",", parts)).append(']');
            }
            default -> out.append(value);
        }
    }

    private static void string(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20 || c == 0x7f || Character.isSurrogate(c)) {
                out.append("\\u%04x".formatted((int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
