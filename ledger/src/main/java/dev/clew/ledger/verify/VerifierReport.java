package dev.clew.ledger.verify;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The verifier's answer.
 *
 * @param verdict what it comes to
 * @param subject what was verified: {@code bundle} or {@code export}
 * @param policy whose word was taken for the keys, in one sentence
 * @param log what the checkpoint says, once it was well-formed
 * @param witnesses name → ISO time, of each witness of the policy that cosigned
 * @param entries the entry of a bundle, and its record if it has one; of an export the one that was asked for
 * @param disclosed payloads that were laid open and fit
 * @param counts of an export: how much of what was verified
 * @param findings failures, missing parts and notes, in the order they were found
 */
public record VerifierReport(
        Verdict verdict,
        String subject,
        String policy,
        @Nullable Log log,
        Map<String, String> witnesses,
        List<EntryView> entries,
        List<Payload> disclosed,
        Map<String, Long> counts,
        List<Finding> findings) {

    /** What a verification comes to, with the exit code of the command line. */
    public enum Verdict {
        /** Everything that was checked holds. */
        VALID(0),
        /** Something is false. */
        INVALID(1),
        /** Something needed is not there. */
        UNDECIDED(2);

        private final int exitCode;

        Verdict(int exitCode) {
            this.exitCode = exitCode;
        }

        /** 0 valid, 1 invalid, 2 cannot decide; 3, wrong usage, is the command line's own. */
        public int exitCode() {
            return exitCode;
        }
    }

    /** What a checkpoint says: name, size, root in base64. */
    public record Log(String origin, long size, String root) {}

    /**
     * A payload that was laid open.
     *
     * @param owner {@code entry} or {@code record}
     * @param text the payload if it is readable text of at most 4 096 characters, else {@code null}
     */
    public record Payload(
            String owner,
            String mediaType,
            long size,
            @Nullable String text) {}

    /** Copies the collections. */
    public VerifierReport {
        witnesses = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(witnesses));
        counts = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(counts));
        entries = List.copyOf(entries);
        disclosed = List.copyOf(disclosed);
        findings = List.copyOf(findings);
    }

    /** Exit code of the command line. */
    public int exitCode() {
        return verdict.exitCode();
    }

    /** True if everything that was checked holds. */
    public boolean isValid() {
        return verdict == Verdict.VALID;
    }

    /** The answer for a person, some lines of text. */
    public String text() {
        return new ReportText(this).toString();
    }

    /** The answer for a program: one JSON object, names in snake_case. */
    public String json() {
        return ReportJson.of(this);
    }
}
