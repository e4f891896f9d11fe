package dev.clew.server.segments;

import dev.clew.server.journal.OlderRecords;
import dev.clew.server.storage.Sealing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the next generation of a segment's bodies and seen keys without what one person's key sealed. Confined to one thread. */
final class SegmentErasure {
    private final Segment segment;
    private final SegmentFiles files;
    private final Sealing sealing;
    private final BitSet erased = new BitSet();
    private final List<OlderRecords.Seen> freed = new ArrayList<>();

    /** @param slots whose bodies go */
    SegmentErasure(Segment segment, SegmentFiles files, Sealing sealing, List<Integer> slots) {
        this.segment = segment;
        this.files = files;
        this.sealing = sealing;
        slots.forEach(erased::set);
    }

    /** Writes, forces and names the files; they count once the row is committed. */
    SegmentRow write(Summaries.Summary summary) throws IOException {
        SegmentRow row = segment.row();
        int generation = row.generation() + 1;
        var written = new ArrayList<Path>();
        var names = new ArrayList<Path>();
        try {
            BlockWriter.Finished bodies = bodies(row, generation, written);
            names.add(files.bodies(row.firstSeq(), row.lastSeq(), generation));
            int seen = 0;
            byte[] seenSha256 = null;
            if (row.seenSha256() != null) {
                try (var keys = seen(row, generation, written)) {
                    seen = keys.count();
                    seenSha256 = keys.finish();
                }
                names.add(files.seen(row.firstSeq(), row.lastSeq(), generation));
            }
            files.install(written, names);
            written.clear();
            summarize(summary);
            return row.rewritten(bodies, seen, seenSha256, summary.finish());
        } finally {
            if (!written.isEmpty()) {
                files.delete(written);
            }
        }
    }

    private void summarize(Summaries.Summary summary) throws IOException {
        int[] slot = new int[1];
        segment.forEach(record -> {
            if (!erased.get(slot[0]++)) {
                summary.add(record);
            }
        });
    }

    private BlockWriter.Finished bodies(SegmentRow row, int generation, List<Path> written) throws IOException {
        byte[] @Nullable [] clientKeys = segment.clientKeys();
        BitSet personal = segment.personalSlots();
        Path path = files.fresh(row.firstSeq(), FileKind.BODIES.extension());
        written.add(path);
        try (var out = new BodiesWriter(files.disk(), path, row.namespace(), row.firstSeq(), generation)) {
            segment.forEachBody(slot -> {
                boolean gone = erased.get(slot.number());
                out.add(
                        gone ? BodyBlock.Slot.empty(slot.number()) : slot,
                        personal.get(slot.number()),
                        gone ? null : clientKeys[slot.number()]);
            });
            return out.finish(row.lastSeq());
        }
    }

    private SeenFile.Writer seen(SegmentRow row, int generation, List<Path> written) throws IOException {
        Path path = files.freshSeen(row.firstSeq());
        written.add(path);
        var out = new SeenFile.Writer(files.disk(), path, sealing, SeenFile.name(row.firstSeq(), generation));
        SeenFile.read(
                files.disk(),
                files.seen(row),
                sealing,
                SeenFile.name(row.firstSeq(), row.generation()),
                (slot, seen) -> {
                    if (erased.get(slot)) {
                        freed.add(seen);
                    } else {
                        out.add(slot, seen);
                    }
                });
        return out;
    }

    /** What the duplicate window must forget; after {@link #write}. */
    List<OlderRecords.Seen> freed() {
        return freed;
    }
}
