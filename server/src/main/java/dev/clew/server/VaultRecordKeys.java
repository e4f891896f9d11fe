package dev.clew.server;

import dev.clew.server.journal.RecordKeys;
import dev.clew.server.vault.Vault;
import java.nio.ByteBuffer;

/** Lets the journal seal what chunks of records say of persons and clients. */
public record VaultRecordKeys(Vault vault) implements RecordKeys {
    private static final String PURPOSE = "chunk";

    @Override
    public byte[] seal(String namespace, long chunk, byte[] plain) {
        return vault.sealValue(namespace, PURPOSE, id(chunk), plain);
    }

    @Override
    public byte[] open(String namespace, long chunk, byte[] sealed) {
        return vault.openValue(namespace, PURPOSE, id(chunk), sealed);
    }

    @Override
    public long epoch() {
        return vault.epoch();
    }

    @Override
    public boolean holdsKey(byte[] keyId) {
        return vault.holdsKey(keyId);
    }

    private static byte[] id(long chunk) {
        return ByteBuffer.allocate(Long.BYTES).putLong(chunk).array();
    }
}
