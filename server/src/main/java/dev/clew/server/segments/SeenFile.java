package dev.clew.server.segments;

import dev.clew.ledger.tree.Hashing;
import dev.clew.server.journal.OlderRecords;
import dev.clew.server.storage.Disk;
import dev.clew.server.storage.Sealing;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.DigestOutputStream;

/**
 * What the duplicate window needs of the records with a client id, sealed by the vault: it compares contents, and a digest of somebody's
 * data stays somebody's data.
 *
 * <pre>
 * plaintext = rows of u32 slot ‖ u64 time_us ‖ 16 client key ‖ 16 id ‖ 32 record digest ‖ 32 content, slots ascending
 * name      = u64 first seq ‖ u32 generation                      what the sealed file is bound to
 * </pre>
 */
final class SeenFile {
    static final int ROW = Integer.BYTES + Long.BYTES + 16 + 16 + 32 + 32;

    private SeenFile() {}

    static byte[] name(long firstSeq, int generation) {
        return ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .putLong(firstSeq)
                .putInt(generation)
                .array();
    }

    /** Writes rows, one pass. Confined to one thread. */
    static final class Writer implements AutoCloseable {
        private final Disk disk;
        private final FileChannel channel;
        private final DigestOutputStream file;
        private final OutputStream sealed;
        private int count;

        Writer(Disk disk, Path path, Sealing sealing, byte[] name) throws IOException {
            this.disk = disk;
            this.channel = disk.create(path);
            this.file = new DigestOutputStream(new Channel(), Hashing.newSha256());
            this.sealed = new BufferedOutputStream(sealing.seal(name, file), 64 * 1024);
        }

        void add(int slot, OlderRecords.Seen seen) throws IOException {
            sealed.write(ByteBuffer.allocate(ROW)
                    .putInt(slot)
                    .putLong(seen.micros())
                    .put(seen.clientKey())
                    .put(seen.id())
                    .put(seen.digest())
                    .put(seen.content())
                    .array());
            count++;
        }

        int count() {
            return count;
        }

        /** Forces the file and gives its SHA-256. */
        byte[] finish() throws IOException {
            sealed.close();
            disk.force(channel);
            return file.getMessageDigest().digest();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }

        /** Stays open when the sealing stream is closed, to be forced. */
        private final class Channel extends OutputStream {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                disk.write(channel, ByteBuffer.wrap(bytes, offset, length));
            }
        }
    }

    /** Takes a row; may fail as files do. */
    @FunctionalInterface
    interface Taker {
        void take(int slot, OlderRecords.Seen seen) throws IOException;
    }

    /** @throws dev.clew.server.common.ClewException BLOB_DAMAGED where bytes are not what was sealed */
    static void read(Disk disk, Path path, Sealing sealing, byte[] name, Taker taker) throws IOException {
        try (var unsealed = sealing.open(name, disk.open(path));
                InputStream plain = unsealed.range(0, unsealed.size());
                var in = new DataInputStream(plain)) {
            byte[] row = new byte[ROW];
            for (long left = unsealed.size() / ROW; left > 0; left--) {
                in.readFully(row);
                ByteBuffer fields = ByteBuffer.wrap(row);
                int slot = fields.getInt();
                long micros = fields.getLong();
                taker.take(
                        slot,
                        new OlderRecords.Seen(
                                take(fields, 16), take(fields, 16), take(fields, 32), take(fields, 32), micros));
            }
        }
    }

    private static byte[] take(ByteBuffer from, int length) {
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }
}
