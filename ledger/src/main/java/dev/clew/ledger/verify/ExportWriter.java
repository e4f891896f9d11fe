package dev.clew.ledger.verify;

import dev.clew.ledger.encoding.BodyRef;
import dev.clew.ledger.encoding.RecordsBlob;
import dev.clew.ledger.note.Checkpoint;
import dev.clew.ledger.note.SignedNote;
import dev.clew.ledger.tiles.Tile;
import dev.clew.ledger.tiles.TileReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes an export: the log's files in the tlog-tiles layout, and beside them what belongs to the entries.
 *
 * <p>Change lists are given in ascending order of their entries, everything else in any order; the order of the kinds does
 * not matter. {@link #finish} writes the checkpoint last. Confined to one thread. Each call writes at most one file, but
 * {@link #tiles} which copies all tiles.
 */
public final class ExportWriter {
    private final Path target;
    private final long size;
    private final ByteArrayOutputStream changes = new ByteArrayOutputStream();
    private long group = -1;
    private int inGroup;

    /**
     * @param target directory to write to; made if it is not there
     * @param size size of the log at the export's checkpoint
     */
    public ExportWriter(Path target, long size) throws IOException {
        this.target = target;
        this.size = size;
        Files.createDirectories(target);
    }

    /**
     * Copies all hash tiles, and the entry bundles that hold entries of {@code [from, to)}.
     *
     * @param from first entry, from 0
     * @param to one past the last entry; {@code size} for all
     */
    public void tiles(TileReader reader, long from, long to) throws IOException {
        for (int level = 0; Tile.available(level, size) > 0; level++) {
            for (long index = 0; index * Tile.FULL < Tile.available(level, size); index++) {
                Tile tile = Tile.at(level, index, size);
                write(tile.path(), reader.read(tile));
            }
        }
        ExportRange range = new ExportRange(from, to);
        for (long index = 0; index * Tile.FULL < size; index++) {
            Tile tile = Tile.at(0, index, size);
            if (range.covers(tile)) {
                Tile bundle = Tile.entries(index, tile.width());
                write(bundle.path(), reader.read(bundle));
            }
        }
        range(from, to);
    }

    /** Writes one hash tile or entry bundle: the way of an exporter that builds the tiles itself and then gives the {@link #range}. */
    public void tile(Tile tile, byte[] bytes) throws IOException {
        write(tile.path(), bytes);
    }

    /**
     * Says that the export holds the bundles with entries of {@code [from, to)} alone; nothing is written when that is all of them.
     *
     * @throws IllegalArgumentException unless 0 ≤ from ≤ to ≤ size
     */
    public void range(long from, long to) throws IOException {
        if (from < 0 || from > to || to > size) {
            throw new IllegalArgumentException("The log has " + size + " entries, not [" + from + ", " + to + ").");
        }
        if (from != 0 || to != size) {
            write(ExportRange.FILE, ("from " + from + "\nto " + to + "\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** True if an export of {@code [from, to)} holds this bundle. */
    public static boolean covers(long from, long to, Tile bundle) {
        return new ExportRange(from, to).covers(bundle);
    }

    /** The change list of an entry; entries without one are passed over. */
    public void changeList(long seq, byte[] list) throws IOException {
        long wanted = seq / Tile.FULL;
        if (wanted < group || (wanted == group && seq % Tile.FULL < inGroup)) {
            throw new IllegalArgumentException("Change lists are given in ascending order; entry " + seq + " is late.");
        }
        if (wanted != group) {
            flushChanges();
            group = wanted;
        }
        fillTo((int) (seq % Tile.FULL));
        changes.writeBytes(ByteBuffer.allocate(4).putInt(list.length).array());
        changes.writeBytes(list);
        inGroup++;
    }

    private void fillTo(int position) {
        for (; inGroup < position; inGroup++) {
            changes.writeBytes(new byte[4]);
        }
    }

    private void flushChanges() throws IOException {
        if (group >= 0) {
            Tile tile = Tile.at(0, group, size);
            fillTo(tile.width());
            write("changes/" + tile.position(), changes.toByteArray());
        }
        changes.reset();
        inGroup = 0;
    }

    /** The inner records of a batch, those that retention deleted as their hashes. */
    public void records(long seq, List<RecordsBlob.Slot> slots) throws IOException {
        write("records/" + Tile.indexPath(seq), RecordsBlob.encode(slots));
    }

    /**
     * A payload laid open. Equal payloads share one file, so one that is there already is left as it is.
     *
     * @param secret the 32 bytes that open the commitment; {@code null} in form 0
     */
    public void body(BodyRef ref, byte @Nullable [] secret, byte[] body) throws IOException {
        byte[] stored = new byte[(secret == null ? 0 : secret.length) + body.length];
        if (secret != null) {
            System.arraycopy(secret, 0, stored, 0, secret.length);
        }
        System.arraycopy(body, 0, stored, stored.length - body.length, body.length);
        String name = ExportFiles.bodyName(ref.commit());
        if (Files.notExists(target.resolve(name))) {
            write(name, stored);
        }
    }

    /** The ciphertext of a payload in form 2. */
    public void sealedBody(BodyRef ref, byte[] ciphertext) throws IOException {
        write(ExportFiles.bodyName(ref.commit()) + ".sealed", ciphertext);
    }

    /**
     * Writes the policy and, last, the checkpoint.
     *
     * @throws IllegalArgumentException if the checkpoint is not of the export's size
     */
    public void finish(SignedNote checkpoint, String policy) throws IOException {
        long signed = Checkpoint.parse(checkpoint.text()).size();
        if (signed != size) {
            throw new IllegalArgumentException("The export has size " + size + ", the checkpoint " + signed + ".");
        }
        flushChanges();
        group = -1;
        write("policy", policy.getBytes(StandardCharsets.UTF_8));
        write("checkpoint", checkpoint.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void write(String name, byte[] bytes) throws IOException {
        Path file = target.resolve(name);
        Path parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.write(file, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }
}
