package dev.clew.server.segments;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parts of segment files lately used, bounded: directories, blocks of indexes, opened blocks of records and bodies. At most about 12 MiB.
 * A file never changes under its name, so nothing is ever outdated. Thread-safe.
 */
final class SegmentCache {
    private static final int DIRECTORIES = 128;
    private static final int INDEX_BLOCKS = 512;
    private static final int OPENED_BLOCKS = 32;

    private final Lately<String, EvidenceDirectory> evidence = new Lately<>(DIRECTORIES);
    private final Lately<String, BodiesDirectory> bodiesDirectories = new Lately<>(DIRECTORIES);
    private final Lately<Place, byte[]> indexes = new Lately<>(INDEX_BLOCKS);
    private final Lately<Place, List<RecordBlock.Entry>> records = new Lately<>(OPENED_BLOCKS);
    private final Lately<Place, List<BodyBlock.Slot>> bodies = new Lately<>(OPENED_BLOCKS);

    private record Place(String file, long offset) {}

    /** Something to be read. */
    @FunctionalInterface
    interface Reading<T> {
        T read() throws IOException;
    }

    private static final class Lately<K, V> {
        private final int most;
        private final LinkedHashMap<K, V> kept = new LinkedHashMap<>(16, 0.75f, true);

        Lately(int most) {
            this.most = most;
        }

        V get(K key, Reading<V> reading) throws IOException {
            synchronized (kept) {
                @Nullable V known = kept.get(key);
                if (known != null) {
                    return known;
                }
            }
            V read = reading.read();
            synchronized (kept) {
                kept.put(key, read);
                if (kept.size() > most) {
                    kept.pollFirstEntry();
                }
            }
            return read;
        }
    }

    EvidenceDirectory evidence(BlockFile file, Reading<EvidenceDirectory> reading) throws IOException {
        return evidence.get(file.name(), reading);
    }

    BodiesDirectory bodiesDirectory(BlockFile file, Reading<BodiesDirectory> reading) throws IOException {
        return bodiesDirectories.get(file.name(), reading);
    }

    KeyIndex.Source indexOf(BlockFile file) {
        return extent -> indexes.get(new Place(file.name(), extent.offset()), () -> file.read(extent));
    }

    List<RecordBlock.Entry> records(BlockFile file, Extent extent) throws IOException {
        return records.get(new Place(file.name(), extent.offset()), () -> RecordBlock.decode(file.read(extent)));
    }

    List<BodyBlock.Slot> bodies(BlockFile file, Extent extent) throws IOException {
        return bodies.get(new Place(file.name(), extent.offset()), () -> BodyBlock.decode(file.read(extent)));
    }
}
