package dev.clew.server.journal;

/**
 * What the journal asks of the vault for high-rate records: sealing the part of a chunk that names persons and clients, and whether a
 * key that a record was sealed under is still there. Thread-safe.
 */
public interface RecordKeys {
    /** Seals nothing and never loses a key: for stores without personal data, and for tests. */
    RecordKeys NONE = new RecordKeys() {
        @Override
        public byte[] seal(String namespace, long chunk, byte[] plain) {
            return plain;
        }

        @Override
        public byte[] open(String namespace, long chunk, byte[] sealed) {
            return sealed;
        }

        @Override
        public long epoch() {
            return 0;
        }

        @Override
        public boolean holdsKey(byte[] keyId) {
            return true;
        }
    };

    byte[] seal(String namespace, long chunk, byte[] plain);

    byte[] open(String namespace, long chunk, byte[] sealed);

    /** Rises with every erasure and restriction. */
    long epoch();

    /** Asked for records sealed in an older epoch. */
    boolean holdsKey(byte[] keyId);
}
