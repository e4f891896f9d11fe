package dev.clew.server.vault;

import dev.clew.server.common.ClewException;
import dev.clew.server.storage.KeyStore;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** Compares the vault's rows with its summary. */
final class VaultCheck {
    private static final int MAX_FINDINGS = 100;

    private VaultCheck() {}

    /** At most {@value #MAX_FINDINGS} findings; reads every row and unwraps every key. */
    static List<String> of(KeyStore.Reads rows, byte[] rootKey, KeyRing ring) {
        var findings = new ArrayList<String>();
        Summary said;
        try {
            said = rows.summary().map(row -> Summary.open(rootKey, row)).orElseGet(Summary::empty);
        } catch (ClewException e) {
            return List.of("E-VAULT summary: " + e.getMessage());
        }
        var found = Summary.empty();
        rows.eachKey(row -> {
            found.added(row);
            unwrap(findings, "key " + HexFormat.of().formatHex(row.id()), () -> ring.unwrap(row));
        });
        rows.eachSubject(row -> {
            found.added(row);
            unwrap(findings, "a subject's key", () -> ring.unwrapSubject(row));
        });
        rows.erasures().forEach(found::added);
        rows.eachAccess(found::added);
        for (var part : Summary.Part.values()) {
            if (!said.agrees(found, part)) {
                findings.add("E-VAULT %s: the vault says %d rows, %d are there, or some were altered"
                        .formatted(part.name().toLowerCase(Locale.ROOT), said.count(part), found.count(part)));
            }
        }
        return List.copyOf(findings);
    }

    private static void unwrap(List<String> findings, String what, Runnable unwrapping) {
        try {
            unwrapping.run();
        } catch (ClewException e) {
            if (findings.size() < MAX_FINDINGS) {
                findings.add("E-VAULT %s: altered or moved".formatted(what));
            }
        }
    }
}
