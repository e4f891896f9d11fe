package dev.clew.server.cli;

import dev.clew.statistics.Sample;
import dev.clew.statistics.drift.Column;
import dev.clew.statistics.drift.ColumnDrift;
import dev.clew.statistics.drift.DatasetDrift;
import dev.clew.statistics.drift.Drift;
import dev.clew.statistics.drift.DriftSettings;
import dev.clew.statistics.drift.chunked.Rows;
import dev.clew.statistics.report.DriftReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;

/** Judges the columns of two files, one at a time in memory. */
record TableDrift(FileColumns reference, FileColumns current, DriftSettings settings) {
    private static final int MAX_TEXTS = 50_000;
    /** Difference of the shares of missing and infinite values that is told. */
    private static final double NOTABLE = 0.05;

    /** @param only columns that are judged; empty: all */
    DriftReport judge(List<String> only) {
        var drift = new Drift(settings);
        List<ColumnDrift> found = new ArrayList<>();
        List<String> remarks = remarks(reference, current);
        forEach(only, reference, current, (name, why) -> found.add(notJudged(name, why)), name -> {
            try {
                ColumnKind kind = ColumnKind.asEvidently(name, reference, current);
                if (kind == ColumnKind.NONE) {
                    remarks.add(notCompared(name, reference));
                } else {
                    List<Column> sides = sides(kind, name);
                    if (kind == ColumnKind.TEXTS
                            && Math.max(sides.get(0).size(), sides.get(1).size()) == MAX_TEXTS) {
                        remarks.add("Of the texts of column '%s' at most %,d a side are compared, taken evenly."
                                .formatted(name, MAX_TEXTS));
                    }
                    unusable(name, sides.get(0), sides.get(1)).ifPresent(remark -> {
                        Console.warn(remark);
                        remarks.add(remark);
                    });
                    found.add(drift.column(name, sides.get(0), sides.get(1)));
                }
            } catch (IllegalArgumentException e) {
                found.add(notJudged(name, String.valueOf(e.getMessage())));
            }
        });
        return new DriftReport(new DatasetDrift(found, settings.share()), reference.name(), current.name(), remarks);
    }

    /** Methods look at finite values only: where one side has more of the others, that is said beside the judgement. */
    private Optional<String> unusable(String name, Column left, Column right) {
        double before = 1 - (double) left.size() / Math.max(1, reference.rows());
        double now = 1 - (double) right.size() / Math.max(1, current.rows());
        return Math.abs(now - before) < NOTABLE || left.size() == 0 || right.size() == 0
                ? Optional.empty()
                : Optional.of(
                        "Of column '%s' %.1f %% of the rows in '%s' and %.1f %% in '%s' hold no finite value; they are not compared."
                                .formatted(name, 100 * before, reference.name(), 100 * now, current.name()));
    }

    /** What is said about whole files. */
    static List<String> remarks(FileColumns reference, FileColumns current) {
        List<String> remarks = new ArrayList<>();
        reference.remark().ifPresent(remarks::add);
        current.remark().ifPresent(remarks::add);
        return remarks;
    }

    /** Reference and current, each read and sorted by a thread of its own; both are done with their files in any case. */
    private List<Column> sides(ColumnKind kind, String name) {
        var left = new FutureTask<>(() -> column(kind, name, reference));
        Thread.ofPlatform().daemon().name("clew-drift-reference").start(left);
        Column right;
        try {
            right = column(kind, name, current);
        } catch (RuntimeException e) {
            try {
                taken(left);
            } catch (RuntimeException other) {
                e.addSuppressed(other);
            }
            throw e;
        }
        return List.of(taken(left), right);
    }

    private static Column taken(FutureTask<Column> reading) {
        try {
            return reading.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The comparison was interrupted.", e);
        }
    }

    private static ColumnDrift notJudged(String name, String why) {
        return new ColumnDrift.NotJudged(name, new ColumnDrift.NotApplicable(why));
    }

    /** Hears why a column is not judged. */
    @FunctionalInterface
    interface Unjudged {
        void because(String column, String why);
    }

    /** Every column of both files; one that a file lacks is not judged. */
    static void forEach(
            List<String> only, FileColumns left, FileColumns right, Unjudged unjudged, Consumer<String> judge) {
        List<String> names = new ArrayList<>(only);
        only.forEach(left::column);
        only.forEach(right::column);
        if (only.isEmpty()) {
            left.columns().forEach(column -> names.add(column.name()));
            right.columns().stream()
                    .map(column -> column.name())
                    .filter(name -> !left.has(name))
                    .forEach(names::add);
        }
        for (String name : names) {
            if (left.has(name) && right.has(name)) {
                judge.accept(name);
            } else {
                unjudged.because(
                        name,
                        "Column '%s' exists in '%s' only; add it to the other file or leave it out with --columns."
                                .formatted(name, left.has(name) ? left.name() : right.name()));
            }
        }
    }

    /** Says that a column is left out, so that its absence from the answer is no surprise; returns the sentence. */
    static String notCompared(String name, FileColumns file) {
        String sentence = "Column '%s' holds %s and is not compared."
                .formatted(name, file.column(name).declared().toLowerCase(java.util.Locale.ROOT));
        Console.warn(sentence);
        return sentence;
    }

    private static Column column(ColumnKind kind, String name, FileColumns file) {
        if (kind == ColumnKind.NUMBERS) {
            double[] values = file.numbers(name);
            return new Column.Numbers(Sample.taking(values, values.length));
        }
        Rows.Levels levels = file.levels(name);
        if (kind == ColumnKind.LEVELS) {
            return levels.range(0, levels.size());
        }
        int[] present = Arrays.stream(levels.codes()).filter(code -> code >= 0).toArray();
        List<String> texts = new ArrayList<>();
        int taken = Math.min(present.length, MAX_TEXTS);
        for (int i = 0; i < taken; i++) {
            texts.add(levels.levels().get(present[(int) ((long) i * present.length / taken)]));
        }
        return new Column.Texts(texts, levels.size() - present.length);
    }
}
