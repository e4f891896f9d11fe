package dev.clew.server.tracking;

import static dev.clew.server.journal.ColumnType.INTEGER;

import dev.clew.server.journal.Table;

/**
 * What is derived from the blocks of one run or logged model.
 *
 * @param span widest range of timestamps of one block
 * @param writtenAt milliseconds of the last write
 * @param settled number of blocks when the value index was last brought up to date; behind {@code blocks} means hot
 */
record MetricOwner(long owner, long experiment, long blocks, long points, long span, long writtenAt, long settled) {
    static final Table<MetricOwner> OWNERS = Table.<MetricOwner>derived("metric_owner")
            .key(1, "owner", INTEGER, MetricOwner::owner)
            .column(2, "exp", INTEGER, MetricOwner::experiment)
            .column(3, "blocks", INTEGER, MetricOwner::blocks)
            .column(4, "points", INTEGER, MetricOwner::points)
            .column(5, "span", INTEGER, MetricOwner::span)
            .column(6, "written_at", INTEGER, MetricOwner::writtenAt)
            .column(7, "settled", INTEGER, MetricOwner::settled)
            .reads(row -> new MetricOwner(
                    row.integer("owner"),
                    row.integer("exp"),
                    row.integer("blocks"),
                    row.integer("points"),
                    row.integer("span"),
                    row.integer("written_at"),
                    row.integer("settled")));
    static final String COLUMNS = "owner, exp, blocks, points, span, written_at, settled";

    static MetricOwner none(long owner, long experiment) {
        return new MetricOwner(owner, experiment, 0, 0, 0, 0, 0);
    }

    MetricOwner with(MetricBlock block, long nowMillis) {
        return new MetricOwner(
                owner,
                experiment,
                blocks + 1,
                points + block.n(),
                Math.max(span, block.maxTs() - block.minTs()),
                nowMillis,
                settled);
    }

    MetricOwner settledAt(long blockCount) {
        return new MetricOwner(owner, experiment, blocks, points, span, writtenAt, Math.max(settled, blockCount));
    }
}
