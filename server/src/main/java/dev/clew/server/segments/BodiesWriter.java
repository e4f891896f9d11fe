package dev.clew.server.segments;

import dev.clew.server.storage.Disk;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Writes a file of bodies in one pass, slots ascending. In memory: 40 bytes a slot and one block. Confined to one thread. */
final class BodiesWriter implements AutoCloseable {
    private final String namespace;
    private final long firstSeq;
    private final BlockWriter out;
    private final BodyBlock.Builder block = new BodyBlock.Builder();
    private final SlotBlocks.Builder blocks = new SlotBlocks.Builder();
    private final SortedRows persons = new SortedRows(EvidenceDirectory.KEY_ROW, EvidenceDirectory.KEY);
    private final SortedRows clients = new SortedRows(EvidenceDirectory.KEY_ROW, EvidenceDirectory.KEY);
    private int slots;

    BodiesWriter(Disk disk, Path file, String namespace, long firstSeq, int generation) throws IOException {
        this.namespace = namespace;
        this.firstSeq = firstSeq;
        this.out = new BlockWriter(disk, file, FileKind.BODIES, firstSeq, generation);
    }

    /**
     * Adds the next slot.
     *
     * @param personal whether its key is a subject's
     */
    void add(BodyBlock.Slot slot, boolean personal, byte @Nullable [] clientKey) throws IOException {
        if (slot.number() != slots) {
            throw new IllegalStateException("Slot %d comes next, not %d".formatted(slots, slot.number()));
        }
        slots++;
        if (slot.body().length > 0 && personal) {
            persons.add(slot.keyId(), slot.number());
        }
        if (clientKey != null) {
            clients.add(clientKey, slot.number());
        }
        block.add(slot);
        if (block.isFull()) {
            writeBlock();
        }
    }

    /** Bytes written so far. */
    long bytes() {
        return out.position();
    }

    private void writeBlock() throws IOException {
        int firstSlot = block.firstSlot();
        blocks.add(firstSlot, out.block(block.build()));
    }

    /** Writes indexes and directory, and forces the file. */
    BlockWriter.Finished finish(long lastSeq) throws IOException {
        if (!block.isEmpty()) {
            writeBlock();
        }
        return out.finish(new BodiesDirectory(
                        namespace,
                        firstSeq,
                        lastSeq,
                        slots,
                        blocks.build(slots),
                        persons.write(out),
                        clients.write(out))
                .encode());
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
