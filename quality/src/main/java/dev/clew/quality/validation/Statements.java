package dev.clew.quality.validation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** What a run has asked the engine: how many statements, and a digest of their texts. Confined to one thread. */
final class Statements {
    /** Names of functions, which differ from run to run. */
    private static final Pattern FUNCTION = Pattern.compile("\\bclew_\\d+\\b");

    private final MessageDigest digest;
    private int count;

    Statements() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }

    void add(String sql) {
        count++;
        digest.update((FUNCTION.matcher(sql).replaceAll("clew_function") + "\n").getBytes(StandardCharsets.UTF_8));
    }

    int count() {
        return count;
    }

    /** SHA-256 of all statements in order, values left aside: equal plans have equal digests. Nothing may be added afterwards. */
    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
