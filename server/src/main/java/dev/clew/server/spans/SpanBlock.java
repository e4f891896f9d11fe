package dev.clew.server.spans;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Table;
import org.jspecify.annotations.Nullable;

/**
 * What one request brought of a trace: its spans as {@code opentelemetry.proto.trace.v1.TracesData}, unchanged. Written once; the same
 * block again is the same row. Of a span that several blocks hold, the newest one counts.
 *
 * @param digest first 16 bytes of the SHA-256 of the content
 * @param content null when it lies in a blob
 * @param blob SHA-256 of the content when it lies in a blob
 * @param facts what can be searched for in it, see {@link Facts}
 */
record SpanBlock(Uid trace, Uid digest, long spans, byte @Nullable [] content, byte @Nullable [] blob, byte[] facts) {
    /** Larger contents become blobs. */
    static final int MAX_INLINE = 64 * 1024;

    static final Table<SpanBlock> BLOCKS = Table.<SpanBlock>state("span_block")
            .key(1, "trace", BLOB, SpanBlock::trace)
            .key(2, "digest", BLOB, SpanBlock::digest)
            .column(3, "spans", INTEGER, SpanBlock::spans)
            .column(4, "content", BLOB, SpanBlock::content)
            .column(5, "blob", BLOB, SpanBlock::blob)
            .column(6, "facts", BLOB, SpanBlock::facts)
            .index("of_trace", "trace")
            .withoutHistory()
            .reads(row -> new SpanBlock(
                    row.uid("trace"),
                    row.uid("digest"),
                    row.integer("spans"),
                    row.bytesOrNull("content"),
                    row.bytesOrNull("blob"),
                    row.bytes("facts")));

    SpanBlock with(byte[] otherFacts) {
        return new SpanBlock(trace, digest, spans, content, blob, otherFacts);
    }

    Key key() {
        return Key.of(trace, digest);
    }
}
