package dev.clew.ledger.witness;

import dev.clew.ledger.note.VerifierKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom a verifier trusts: log keys, witnesses and the quorum of them (C2SP tlog-policy).
 *
 * <p>Two kinds of comment line carry what that format has no line for, so that other tools pass over them:
 * {@code # mldsa44 <vkey>} pins a log's ML-DSA-44 key, which its checkpoints must then carry too, and
 * {@code # submitter <vkey>} pins the key of a principal who signs submissions (the key's name is the principal).
 *
 * @param logs keys of the log lines, in their order
 * @param mlDsaLogs keys of the {@code # mldsa44} lines
 * @param submitters keys of the {@code # submitter} lines
 * @param witnesses witnesses by the name the policy gives them
 * @param groups groups by name
 * @param quorum name of the witness or group whose cosignature a checkpoint needs; {@code null} for {@code quorum none}
 */
public record Policy(
        List<Log> logs,
        List<VerifierKey> mlDsaLogs,
        List<VerifierKey> submitters,
        Map<String, Witness> witnesses,
        Map<String, Group> groups,
        @Nullable String quorum) {

    /** A log line. */
    public record Log(VerifierKey key, @Nullable String url) {}

    /** A witness line. */
    public record Witness(
            String name, VerifierKey key, @Nullable String url) {}

    /** A group line: at least {@code threshold} of {@code members} must have witnessed. */
    public record Group(String name, int threshold, List<String> members) {
        /** Copies the list. */
        public Group {
            members = List.copyOf(members);
        }
    }

    /** Copies the lists; maps keep the order of the file. */
    public Policy {
        logs = List.copyOf(logs);
        mlDsaLogs = List.copyOf(mlDsaLogs);
        submitters = List.copyOf(submitters);
        witnesses = Collections.unmodifiableMap(new LinkedHashMap<>(witnesses));
        groups = Collections.unmodifiableMap(new LinkedHashMap<>(groups));
    }

    /**
     * The policy of one log without witnesses.
     *
     * @param key the log's Ed25519 key
     * @param mlDsa its ML-DSA-44 key, or {@code null}
     */
    public static Policy ofLog(VerifierKey key, @Nullable VerifierKey mlDsa) {
        return new Policy(
                List.of(new Log(key, null)),
                mlDsa == null ? List.of() : List.of(mlDsa),
                List.of(),
                Map.of(),
                Map.of(),
                null);
    }

    /**
     * Parses a policy file.
     *
     * @throws PolicyException if it is malformed
     */
    public static Policy parse(byte[] file) {
        return new PolicyParser(file).parse();
    }

    /** All keys pinned for a log, Ed25519 first; empty if the log is not in the policy. */
    public List<VerifierKey> keysOf(String origin) {
        List<VerifierKey> keys = new ArrayList<>();
        logs.stream().map(Log::key).filter(key -> key.name().equals(origin)).forEach(keys::add);
        if (!keys.isEmpty()) {
            mlDsaLogs.stream().filter(key -> key.name().equals(origin)).forEach(keys::add);
        }
        return keys;
    }

    /** The key that a principal signs submissions with, if the policy pins one with this id. */
    public Optional<VerifierKey> submitterKey(String who, int keyId) {
        return submitters.stream()
                .filter(key -> key.name().equals(who) && key.id() == keyId)
                .findFirst();
    }

    /** True if cosignatures of these witnesses, named as in the policy, make the quorum. */
    public boolean isMetBy(Set<String> cosigners) {
        return quorum == null || witnessed(quorum, cosigners);
    }

    private boolean witnessed(String name, Set<String> cosigners) {
        Group group = groups.get(name);
        if (group == null) {
            return cosigners.contains(name);
        }
        long met = group.members().stream()
                .filter(member -> witnessed(member, cosigners))
                .count();
        return met >= group.threshold();
    }

    /** The quorum in words, such as {@code 2 of (a, b, all of (c, d))}. */
    public String quorumRule() {
        return quorum == null ? "none" : rule(quorum);
    }

    private String rule(String name) {
        Group group = groups.get(name);
        if (group == null) {
            return name;
        }
        List<String> members = group.members().stream().map(this::rule).toList();
        return group.threshold() + " of (" + String.join(", ", members) + ")";
    }

    /** The policy as a file: log lines, pinned keys, witnesses, groups, quorum. */
    public String text() {
        StringBuilder out = new StringBuilder();
        logs.forEach(log -> line(out, "log " + log.key(), log.url()));
        mlDsaLogs.forEach(key -> line(out, "# mldsa44 " + key, null));
        submitters.forEach(key -> line(out, "# submitter " + key, null));
        witnesses
                .values()
                .forEach(witness -> line(out, "witness " + witness.name() + " " + witness.key(), witness.url()));
        groups.values()
                .forEach(group -> line(
                        out,
                        "group " + group.name() + " " + group.threshold() + " " + String.join(" ", group.members()),
                        null));
        line(out, "quorum " + (quorum == null ? "none" : quorum), null);
        return out.toString();
    }

    private static void line(StringBuilder out, String start, @Nullable String url) {
        out.append(start).append(url == null ? "" : " " + url).append('\n');
    }
}
