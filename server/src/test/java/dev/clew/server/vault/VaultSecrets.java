package dev.clew.server.vault;

import dev.clew.server.storage.JdbcKeyStore;
import dev.clew.server.storage.KeyStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** What no file may hold of a subject after an erasure, read from a vault that nobody has open. */
public final class VaultSecrets {
    private VaultSecrets() {}

    /** psid, raw key, wrapped key and lookup tag of the subject, in this order. */
    public static List<byte[]> of(Path keys, String namespace, String subjectNamespace, String subjectId) {
        var file = keys.resolve("vault.db");
        byte[] psid;
        try (var vault =
                KeyVault.open(keys.resolve("root.key"), JdbcKeyStore.openSqlite(file), InstantSource.system())) {
            psid = vault.findSubject(namespace, subjectNamespace, subjectId)
                    .orElseThrow()
                    .bytes();
        }
        byte[] rootKey = RootKey.load(keys.resolve("root.key"), false);
        try (var store = JdbcKeyStore.openSqlite(file)) {
            KeyStore.SubjectRow row =
                    store.read(rows -> rows.subjectByPsid(psid)).orElseThrow();
            try (var writer = new VaultWriter(store, rootKey, epoch -> {})) {
                byte[] key = new KeyRing(rootKey, store, writer, InstantSource.system()).unwrapSubject(row);
                return new ArrayList<>(List.of(psid, key, row.wrapped(), row.lookup()));
            }
        }
    }
}
