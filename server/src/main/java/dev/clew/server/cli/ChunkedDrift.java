package dev.clew.server.cli;

import dev.clew.statistics.chunk.Chunk;
import dev.clew.statistics.chunk.Chunking;
import dev.clew.statistics.chunk.Threshold;
import dev.clew.statistics.drift.DriftSettings;
import dev.clew.statistics.drift.chunked.ChunkDrift;
import dev.clew.statistics.drift.chunked.ChunkMethod;
import dev.clew.statistics.drift.chunked.Rows;
import dev.clew.statistics.report.ChunkReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Judges the columns of two files chunk by chunk, as NannyML does; one column at a time in memory. */
record ChunkedDrift(FileColumns reference, FileColumns current, Settings settings) {
    /**
     * What the caller asks for.
     *
     * @param rows per chunk; 0: ten chunks
     * @param method for every column it suits; empty: Jensen–Shannon
     * @param byColumn methods of single columns
     */
    record Settings(int rows, Optional<ChunkMethod> method, Map<String, ChunkMethod> byColumn) {}

    /** @param only columns that are judged; empty: all */
    ChunkReport judge(List<String> only) {
        List<ChunkReport.Judged> judged = new ArrayList<>();
        Map<String, String> notJudged = new LinkedHashMap<>();
        List<String> remarks = TableDrift.remarks(reference, current);
        Chunking chunking =
                settings.rows > 0 ? new Chunking.Size(settings.rows, Chunking.Incomplete.KEEP) : Chunking.DEFAULT;
        List<Chunk> before = chunking.split(reference.rows());
        List<Chunk> now = chunking.split(current.rows());
        TableDrift.forEach(only, reference, current, notJudged::put, name -> {
            try {
                ColumnKind kind = ColumnKind.asNannyml(name, reference, current);
                if (kind == ColumnKind.NONE) {
                    remarks.add(TableDrift.notCompared(name, reference));
                    return;
                }
                Rows left = rows(kind, name, reference);
                ChunkMethod method = settings.byColumn.getOrDefault(
                        name,
                        settings.method.filter(one -> one.suits(left.type())).orElse(ChunkMethod.JENSEN_SHANNON));
                var fitted = ChunkDrift.fit(method, left, before, Threshold.UPPER);
                var values = fitted.values(rows(kind, name, current), now);
                if (values.stream().allMatch(value -> value.rows() == 0)) {
                    notJudged.put(
                            name,
                            "Column '%s' of '%s' has no value in any row; leave it out with --columns, or repair the file."
                                    .formatted(name, current.name()));
                    return;
                }
                List<ChunkDrift.Value> silent =
                        values.stream().filter(value -> value.rows() == 0).toList();
                if (!silent.isEmpty() && values.stream().noneMatch(ChunkDrift.Value::isAlert)) {
                    notJudged.put(
                            name,
                            "Column '%s' of '%s' has no value in %d of %d chunks, the first of them rows %s, and the others look like the reference; repair the file, or leave the column out with --columns."
                                    .formatted(
                                            name,
                                            current.name(),
                                            silent.size(),
                                            values.size(),
                                            silent.getFirst().chunk().key()));
                    return;
                }
                judged.add(new ChunkReport.Judged(name, left.type(), method, fitted.values(left, before), values));
            } catch (IllegalArgumentException e) {
                notJudged.put(name, String.valueOf(e.getMessage()));
            }
        });
        return new ChunkReport(
                judged, notJudged, DriftSettings.defaults().share(), reference.name(), current.name(), remarks);
    }

    private static Rows rows(ColumnKind kind, String name, FileColumns file) {
        return kind == ColumnKind.NUMBERS ? new Rows.Numbers(file.numbers(name)) : file.levels(name);
    }
}
