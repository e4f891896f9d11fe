package dev.clew.ledger.verify;

import dev.clew.ledger.encoding.CanonicalText;
import dev.clew.ledger.note.Checkpoint;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what a verification finds. Confined to one thread. */
final class ReportBuilder {
    /** Beyond this many failures the rest is only counted. */
    static final int MAX_FINDINGS = 1_000;

    private static final int MAX_TEXT = 4_096;

    private final String subject;
    private final String policy;
    private VerifierReport.@Nullable Log log;
    private final Map<String, String> witnesses = new LinkedHashMap<>();
    private final List<EntryView> entries = new ArrayList<>();
    private final List<VerifierReport.Payload> disclosed = new ArrayList<>();
    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final List<Finding> findings = new ArrayList<>();
    private boolean failed;
    private boolean incomplete;

    ReportBuilder(String subject, String policy) {
        this.subject = subject;
        this.policy = policy;
    }

    void log(Checkpoint checkpoint) {
        log = new VerifierReport.Log(checkpoint.origin(), checkpoint.size(), CanonicalText.base64(checkpoint.root()));
    }

    void trust(Trust trust) {
        trust.witnesses().forEach((name, seconds) -> witnesses.put(name, Times.ofSeconds(seconds)));
    }

    void entry(EntryView entry) {
        entries.add(entry);
    }

    void disclosed(String owner, String mediaType, byte[] body) {
        disclosed.add(new VerifierReport.Payload(owner, mediaType, body.length, readable(body)));
    }

    private static @Nullable String readable(byte[] body) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            boolean plain =
                    text.length() <= MAX_TEXT && text.chars().noneMatch(c -> c < 0x20 && c != '\n' && c != '\t');
            return plain ? text : null;
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    void count(String what, long more) {
        counts.merge(what, more, Long::sum);
    }

    void add(Finding finding) {
        failed |= finding.severity() == Finding.Severity.FAILURE;
        incomplete |= finding.severity() == Finding.Severity.MISSING;
        if (findings.size() < MAX_FINDINGS) {
            findings.add(finding);
        } else {
            count("further_findings", 1);
        }
    }

    VerifierReport build() {
        VerifierReport.Verdict verdict = failed
                ? VerifierReport.Verdict.INVALID
                : incomplete ? VerifierReport.Verdict.UNDECIDED : VerifierReport.Verdict.VALID;
        return new VerifierReport(verdict, subject, policy, log, witnesses, entries, disclosed, counts, findings);
    }
}
