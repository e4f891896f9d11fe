package dev.clew.ledger.witness;

import dev.clew.ledger.encoding.CanonicalText;
import dev.clew.ledger.note.NoteException;
import dev.clew.ledger.note.SignatureType;
import dev.clew.ledger.note.VerifierKey;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a policy file once, line by line. */
final class PolicyParser {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_LINES = 4_096;
    private static final String NONE = "none";

    private final String text;
    private final boolean isUtf8;
    private final List<Policy.Log> logs = new ArrayList<>();
    private final List<VerifierKey> mlDsaLogs = new ArrayList<>();
    private final List<VerifierKey> submitters = new ArrayList<>();
    private final Map<String, Policy.Witness> witnesses = new LinkedHashMap<>();
    private final Map<String, Policy.Group> groups = new LinkedHashMap<>();
    private final Set<String> members = new HashSet<>();
    private final Set<String> logKeys = new HashSet<>();
    private final Set<String> witnessKeys = new HashSet<>();
    private @Nullable String quorum;
    private int line;

    PolicyParser(byte[] file) {
        if (file.length > MAX_BYTES) {
            throw new PolicyException("longer than " + MAX_BYTES + " bytes");
        }
        for (byte octet : file) {
            if ((octet >= 0 && octet < 0x20 && octet != '\t' && octet != '\n') || octet == 0x7f) {
                throw new PolicyException("holds a control character");
            }
        }
        String utf8 = utf8(file);
        // The format is octets: names are compared byte for byte, whatever they are in.
        text = utf8 == null ? new String(file, StandardCharsets.ISO_8859_1) : utf8;
        isUtf8 = utf8 != null;
    }

    private static @Nullable String utf8(byte[] octets) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    Policy parse() {
        String[] lines = text.split("\n", -1);
        if (lines.length > MAX_LINES) {
            throw new PolicyException("more than " + MAX_LINES + " lines");
        }
        for (String current : lines) {
            line++;
            List<String> items = items(current);
            if (!items.isEmpty()) {
                parse(items);
            }
        }
        if (quorum == null) {
            throw new PolicyException("the quorum line is missing");
        }
        return new Policy(logs, mlDsaLogs, submitters, witnesses, groups, quorum.equals(NONE) ? null : quorum);
    }

    private static List<String> items(String current) {
        return Arrays.stream(current.split("[ \t]+"))
                .filter(item -> !item.isEmpty())
                .toList();
    }

    private void parse(List<String> items) {
        switch (items.getFirst()) {
            case "log" -> log(items);
            case "witness" -> witness(items);
            case "group" -> group(items);
            case "quorum" -> quorum(items);
            case "#" -> pinned(items);
            default -> {
                if (!items.getFirst().startsWith("#")) {
                    throw wrong("neither log, witness, group, quorum nor a comment");
                }
            }
        }
    }

    private void log(List<String> items) {
        requireCount(items, 2, 3);
        VerifierKey key = key(items.get(1), SignatureType.ED25519, SignatureType.ML_DSA_44);
        if (!logKeys.add(CanonicalText.hex(key.publicKey()))) {
            throw wrong("a log's key is listed twice");
        }
        logs.add(new Policy.Log(key, items.size() == 3 ? items.get(2) : null));
    }

    private void pinned(List<String> items) {
        if (items.size() == 3 && items.get(1).equals("mldsa44")) {
            mlDsaLogs.add(key(items.get(2), SignatureType.ML_DSA_44));
        } else if (items.size() == 3 && items.get(1).equals("submitter")) {
            submitters.add(key(items.get(2), SignatureType.ED25519));
        }
    }

    private void witness(List<String> items) {
        requireCount(items, 3, 4);
        String name = newName(items.get(1));
        VerifierKey key = key(items.get(2), SignatureType.COSIGNATURE, SignatureType.ML_DSA_44);
        if (!witnessKeys.add(CanonicalText.hex(key.publicKey()))) {
            throw wrong("a witness's key is listed twice");
        }
        witnesses.put(name, new Policy.Witness(name, key, items.size() == 4 ? items.get(3) : null));
    }

    private void group(List<String> items) {
        requireCount(items, 4, Integer.MAX_VALUE);
        String name = newName(items.get(1));
        List<String> listed = items.subList(3, items.size());
        for (String member : listed) {
            requireDefined(member);
            if (!members.add(member)) {
                throw wrong("a name is a member twice");
            }
        }
        groups.put(name, new Policy.Group(name, threshold(items.get(2), listed.size()), listed));
    }

    private int threshold(String word, int count) {
        if (word.equals("all")) {
            return count;
        }
        if (word.equals("any")) {
            return 1;
        }
        try {
            long threshold = CanonicalText.parseDecimal(word);
            if (threshold >= 1 && threshold <= count) {
                return (int) threshold;
            }
        } catch (IllegalArgumentException e) {
            throw wrong("a threshold is all, any or a decimal number");
        }
        throw wrong("a threshold is 1 to the number of members");
    }

    private void quorum(List<String> items) {
        requireCount(items, 2, 2);
        if (quorum != null) {
            throw wrong("a second quorum line");
        }
        if (!items.get(1).equals(NONE)) {
            requireDefined(items.get(1));
        }
        quorum = items.get(1);
    }

    private VerifierKey key(String item, SignatureType... allowed) {
        String keyText = isUtf8 ? item : utf8(item.getBytes(StandardCharsets.ISO_8859_1));
        if (keyText == null) {
            throw wrong("a key's name is not well-formed UTF-8");
        }
        VerifierKey key;
        try {
            key = VerifierKey.parse(keyText);
        } catch (NoteException e) {
            throw wrong(e.getMessage());
        }
        if (!List.of(allowed).contains(key.type())) {
            throw wrong("a key of a type that does not belong on this line");
        }
        return key;
    }

    private String newName(String name) {
        if (name.equals(NONE) || witnesses.containsKey(name) || groups.containsKey(name)) {
            throw wrong("a name is defined twice");
        }
        return name;
    }

    private void requireDefined(String name) {
        if (!witnesses.containsKey(name) && !groups.containsKey(name)) {
            throw wrong("a name is not defined above");
        }
    }

    private void requireCount(List<String> items, int least, int most) {
        if (items.size() < least || items.size() > most) {
            throw wrong("a " + items.getFirst() + " line has too few or too many items");
        }
    }

    private PolicyException wrong(@Nullable String message) {
        return new PolicyException(line, message == null ? "malformed" : message);
    }
}
