package dev.clew.server.segments;

import dev.clew.ledger.encoding.RecordsBlob;
import dev.clew.server.common.ClewException;
import dev.clew.server.ledgers.RecordSource;
import dev.clew.server.storage.Disk;
import dev.clew.server.storage.Sql;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Inner records of compacted batches, read without any key: what exports need of them. Thread-safe; blocks on platform threads. */
public final class SegmentRecords implements RecordSource {
    private final SegmentFiles files;
    private final SegmentCache cache = new SegmentCache();

    public SegmentRecords(Path dataDirectory) {
        this.files = new SegmentFiles(dataDirectory.resolve(Segments.DIRECTORY), Disk.REAL);
    }

    /**
     * One statement and one read of evidence.
     *
     * @throws ClewException ROW_DAMAGED when row or file are not what was written
     */
    @Override
    public Optional<List<RecordsBlob.Slot>> slots(Sql sql, long seq) {
        for (SegmentRow row : SegmentRow.covering(sql, seq)) {
            try {
                List<byte[]> records = new Segment(files, row, cache).innerRecords(seq);
                if (!records.isEmpty()) {
                    return Optional.of(
                            records.stream().map(RecordsBlob.Slot::of).toList());
                }
            } catch (IOException e) {
                throw Segments.damaged(e);
            }
        }
        return Optional.empty();
    }
}
