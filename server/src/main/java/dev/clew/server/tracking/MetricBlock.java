package dev.clew.server.tracking;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;

import dev.clew.ledger.encoding.RowWriter;
import dev.clew.server.journal.Index;
import dev.clew.server.journal.Table;
import java.util.function.Consumer;

/**
 * All points that one entry inserted for one run or logged model.
 *
 * @param ord position among the owner's blocks, from 0
 * @param body {@link PackedPoints}
 */
record MetricBlock(long owner, long ord, long n, long minTs, long maxTs, long minStep, long maxStep, byte[] body) {
    /** Blocks of one owner that are loaded together when points must be compared with the newest. */
    static final int PAGE_BITS = 6;

    static final Table<MetricBlock> BLOCKS = Table.<MetricBlock>bulk("metric_block", new PointRows())
            .column(1, "owner", INTEGER, MetricBlock::owner)
            .column(2, "ord", INTEGER, MetricBlock::ord)
            .column(3, "page", INTEGER, row -> row.ord() >> PAGE_BITS)
            .column(4, "n", INTEGER, MetricBlock::n)
            .column(5, "min_ts", INTEGER, MetricBlock::minTs)
            .column(6, "max_ts", INTEGER, MetricBlock::maxTs)
            .column(7, "min_step", INTEGER, MetricBlock::minStep)
            .column(8, "max_step", INTEGER, MetricBlock::maxStep)
            .column(9, "body", BLOB, MetricBlock::body)
            .index("ofPage", "owner", "page")
            .index("ofOwner", "owner")
            .reads(row -> new MetricBlock(
                    row.integer("owner"),
                    row.integer("ord"),
                    row.integer("n"),
                    row.integer("min_ts"),
                    row.integer("max_ts"),
                    row.integer("min_step"),
                    row.integer("max_step"),
                    row.bytes("body")));
    static final Index<MetricBlock> OF_PAGE = BLOCKS.index("ofPage");
    static final Index<MetricBlock> OF_OWNER = BLOCKS.index("ofOwner");

    static MetricBlock of(long owner, long ord, Points points) {
        long minTs = Long.MAX_VALUE;
        long maxTs = Long.MIN_VALUE;
        long minStep = Long.MAX_VALUE;
        long maxStep = Long.MIN_VALUE;
        for (int i = 0; i < points.size(); i++) {
            minTs = Math.min(minTs, points.ts[i]);
            maxTs = Math.max(maxTs, points.ts[i]);
            minStep = Math.min(minStep, points.step[i]);
            maxStep = Math.max(maxStep, points.step[i]);
        }
        return new MetricBlock(owner, ord, points.size(), minTs, maxTs, minStep, maxStep, PackedPoints.pack(points));
    }

    Points points() {
        return PackedPoints.unpack(body);
    }

    /** A point as it is digested: owner 1, key 2, step 3, timestamp 4, value 5, data set name 6 and digest 7, run 8. */
    private static final class PointRows implements Table.Points<MetricBlock> {
        @Override
        public int count(MetricBlock block) {
            return (int) block.n();
        }

        @Override
        public MetricBlock rebuilt(MetricBlock block) {
            return of(block.owner(), block.ord(), block.points());
        }

        @Override
        public void forEach(MetricBlock block, Consumer<byte[]> rowBytes) {
            Points points = block.points();
            byte[] run = points.run == null ? null : points.run.bytes();
            var writer = new RowWriter();
            for (int i = 0; i < points.size(); i++) {
                rowBytes.accept(writer.reset()
                        .put(1, block.owner())
                        .put(2, points.key[i])
                        .put(3, points.step[i])
                        .put(4, points.ts[i])
                        .put(5, points.value[i])
                        .put(6, points.datasetName(i))
                        .put(7, points.datasetDigest(i))
                        .put(8, run)
                        .toByteArray());
            }
        }
    }
}
