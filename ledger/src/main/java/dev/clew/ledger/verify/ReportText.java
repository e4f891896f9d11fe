package dev.clew.ledger.verify;

import org.jspecify.annotations.Nullable;

/** A report as lines for a person. */
final class ReportText {
    private final StringBuilder out = new StringBuilder();

    ReportText(VerifierReport report) {
        headline(report);
        VerifierReport.Log log = report.log();
        if (log != null) {
            line("log", "%s, %d entries, root %s".formatted(log.origin(), log.size(), log.root()));
        }
        report.entries().forEach(this::entry);
        report.disclosed()
                .forEach(payload -> line(
                        "payload",
                        "of the %s, %s, %d bytes: fits its commitment%s"
                                .formatted(
                                        payload.owner(),
                                        payload.mediaType(),
                                        payload.size(),
                                        payload.text() == null ? "" : "\n             " + payload.text())));
        report.counts().forEach((what, count) -> line(what.replace('_', ' '), Long.toString(count)));
        recorded(report);
        if (log != null) {
            line(
                    "witnesses",
                    report.witnesses().isEmpty()
                            ? "none"
                            : String.join(", ", report.witnesses().keySet()));
        }
        line("policy", report.policy());
        report.findings().stream()
                .filter(finding -> finding.severity() == Finding.Severity.INFO)
                .forEach(finding -> line("note", finding.message()));
    }

    private void headline(VerifierReport report) {
        out.append(
                switch (report.verdict()) {
                    case VALID -> "VALID: the " + report.subject() + " holds against the signed checkpoint\n";
                    case INVALID -> "INVALID\n";
                    case UNDECIDED -> "CANNOT DECIDE\n";
                });
        report.findings().stream()
                .filter(finding -> finding.severity() != Finding.Severity.INFO)
                .forEach(finding -> out.append(finding.message()).append('\n'));
    }

    private void entry(EntryView entry) {
        boolean isRecord = entry.inner() != null;
        line(
                isRecord ? "record" : "entry",
                isRecord
                        ? entry.request() + " (record " + entry.inner() + " of entry " + entry.seq() + ")"
                        : "" + entry.seq());
        line("what", entry.act() + (entry.isKnown() ? "" : " (unknown, proven)"));
        line("thing", entry.resource());
        line("who", entry.who() + (entry.onBehalfOf() == null ? "" : " on behalf of " + entry.onBehalfOf()));
        line("when", entry.time());
        line("why", entry.why());
        if (!isRecord) {
            line("request", entry.request());
        }
        line("body", entry.body());
        entry.refs().forEach(ref -> line("link", ref));
    }

    private void recorded(VerifierReport report) {
        if (report.entries().isEmpty() || report.verdict() != VerifierReport.Verdict.VALID) {
            return;
        }
        String from = report.entries().getLast().time();
        String until = report.witnesses().values().stream()
                .min(String::compareTo)
                .map(time -> "and " + time + ", attested by "
                        + String.join(", ", report.witnesses().keySet()))
                .orElse("and now; no witness attests an end");
        line("recorded", "between " + from + " (the log's own clock) " + until);
    }

    private void line(String name, @Nullable String value) {
        if (value != null) {
            out.append("  ")
                    .append(name)
                    .append(" ".repeat(Math.max(1, 11 - name.length())))
                    .append(value)
                    .append('\n');
        }
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
