package dev.clew.server.segments;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Findings of one file, counted and bounded. Confined to one thread. */
final class FileFindings {
    private static final int MOST = 64;

    private final String file;
    private final Consumer<SegmentCheck.Finding> consumer;
    private int count;

    FileFindings(String file, Consumer<SegmentCheck.Finding> consumer) {
        this.file = file;
        this.consumer = consumer;
    }

    void add(long offset, String what) {
        count++;
        if (count <= MOST) {
            consumer.accept(new SegmentCheck.Finding(file, offset, what));
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Reads every block, and says where blocks do not follow each other from the header to the directory. */
    void frame(BlockFile blocks, List<Extent> extents, Extent directory) throws IOException {
        long next = Blocks.HEADER;
        for (Extent extent : extents) {
            if (extent.offset() != next) {
                add(next, "the next block is at %d by the directory".formatted(extent.offset()));
                return;
            }
            try {
                blocks.read(extent);
            } catch (DamagedFile e) {
                add(e.offset(), e.what());
            }
            next = extent.end();
        }
        if (next != directory.offset()) {
            add(next, "the directory should begin here");
        }
    }

    void require(boolean holds, long offset, String what) {
        if (!holds) {
            add(offset, what);
        }
    }
}
