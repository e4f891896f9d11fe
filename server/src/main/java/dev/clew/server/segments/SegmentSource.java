package dev.clew.server.segments;

import dev.clew.server.common.ClewException;
import dev.clew.server.journal.Records;
import dev.clew.server.storage.Sealing;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Feeds a whole segment into a writer, to be joined with others. Confined to one thread. */
final class SegmentSource {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentSource.class);
    private static final byte[] UNKNOWN = new byte[0];

    private SegmentSource() {}

    /** Copies batches and records; the digests of contents as far as the duplicate window still keeps them. */
    static void copy(Segment segment, SegmentFiles files, Sealing sealing, SegmentWriter writer) throws IOException {
        byte[] @Nullable [] clientKeys = segment.clientKeys();
        byte[] @Nullable [] contents = contents(segment.row(), files, sealing);
        int[] slot = new int[1];
        int[] batch = new int[1];
        var counts = segment.batchCounts();
        segment.forEach(record -> {
            if (record.position() == 0) {
                writer.batch(record.batch(), counts.get(batch[0]++));
            }
            int at = slot[0]++;
            byte[] content = contents[at];
            writer.add(new Records.Keyed(record, clientKeys[at], content == null ? UNKNOWN : content));
        });
    }

    private static byte[] @Nullable [] contents(SegmentRow row, SegmentFiles files, Sealing sealing) {
        byte[] @Nullable [] contents = new byte[row.count()] @Nullable [];
        if (row.seenSha256() != null) {
            try {
                SeenFile.read(
                        files.disk(),
                        files.seen(row),
                        sealing,
                        SeenFile.name(row.firstSeq(), row.generation()),
                        (slot, seen) -> contents[slot] = seen.content());
            } catch (IOException | ClewException e) {
                LOG.error("Keys of earlier records cannot be read segment={}", row.firstSeq(), e);
            }
        }
        return contents;
    }
}
