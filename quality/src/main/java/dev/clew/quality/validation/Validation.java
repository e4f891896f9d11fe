package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.QualityException;
import dev.clew.quality.suite.Expectation;
import dev.clew.quality.suite.Suite;
import dev.clew.quality.table.Progress;
import dev.clew.quality.table.Table;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs suites on a table.
 *
 * <p>Blocks, enters native code, and is confined to one thread like the table. Memory is the table's plus what results show. Start
 * with {@link #of(Table)}.
 */
public final class Validation {
    private final Table table;
    private final Map<String, Table> others = new LinkedHashMap<>();
    private ResultFormat format = ResultFormat.SUMMARY;
    private Progress progress = Progress.NONE;
    private InstantSource clock = InstantSource.system();
    private ObjectNode parameters = Values.object();
    private History history = new History(List.of());
    private Masking masking = Masking.NONE;
    private @Nullable Quarantine quarantine;
    private boolean nanIsNull = true;

    private Validation(Table table) {
        this.table = table;
    }

    /** A validation of this table, in the format that checkpoints use. */
    public static Validation of(Table table) {
        return new Validation(table);
    }

    /** How much results say. */
    public Validation format(ResultFormat value) {
        format = value;
        return this;
    }

    /**
     * Another table that expectations may name ({@code other_table_name}, {@code comparison_data_source_name}); in a query too, unless it is
     * called {@code batch}, {@code b} or {@code t}, as the table itself is.
     */
    public Validation beside(String name, Table other) {
        others.put(name, other);
        return this;
    }

    /** Hears how far the run has come. */
    public Validation progress(Progress value) {
        progress = value;
        return this;
    }

    /** Tells when a run started. */
    public Validation clock(InstantSource value) {
        clock = value;
        return this;
    }

    /** Values for {@code $PARAMETER} references, over those of the suite. */
    public Validation parameters(ObjectNode value) {
        parameters = value.deepCopy();
        return this;
    }

    /**
     * Earlier results of the suite, as {@link ValidationResult#json} or Great Expectations write them, the oldest first: what the
     * {@code windows} of an expectation look back on.
     */
    public Validation history(List<? extends JsonNode> results) {
        history = new History(results);
        return this;
    }

    /** Which values stay out of the result. Default: none. */
    public Validation mask(Masking value) {
        masking = value;
        return this;
    }

    /** Where rows go that make an expectation fail. Default: nowhere. */
    public Validation quarantine(Quarantine value) {
        quarantine = value;
        return this;
    }

    /**
     * Whether NaN in a column of floating point counts as missing, as pandas takes it; the default. Otherwise it is a value: equal to
     * itself and greater than all others, as DuckDB takes it, and a mean or sum over one is none.
     */
    public Validation nanIsNull(boolean value) {
        nanIsNull = value;
        return this;
    }

    /** The types of expectation that can be judged, in order. */
    public static List<String> types() {
        return Checks.types();
    }

    /**
     * Judges every expectation of a suite. What cannot be judged is a result too; it never keeps the others from being judged.
     *
     * <p>{@code meta.clew.engine_semantics} of the suite, {@code pandas} unless it says {@code sql}, decides where engines of Great
     * Expectations differ: quantiles are the nearest rank or {@code percentile_disc}, and types are called as numpy or SQL calls them.
     *
     * @throws dev.clew.quality.QualityException {@code BAD_DOCUMENT} if the suite asks for other semantics; if the table itself fails:
     *     damaged, or out of memory or temporary room; or if a column to mask or to quarantine does not exist, or the quarantine cannot be
     *     written
     */
    public ValidationResult run(Suite suite) {
        var started = clock.instant();
        long nanos = System.nanoTime();
        Mask mask = masking == Masking.NONE ? null : new Mask(masking, table);
        FailedRows failed = quarantine == null ? null : new FailedRows(quarantine, table);
        var subject = new Subject(table, format, others, new Subject.Semantics(isSql(suite), nanIsNull));
        var now = LocalDateTime.ofInstant(started, ZoneOffset.UTC);
        ObjectNode values = suite.parameters().deepCopy();
        values.setAll(parameters);
        List<Judging> all = new ArrayList<>();
        for (Expectation expectation : suite.expectations()) {
            all.add(new Judging(expectation, subject, values, history, now));
        }
        var statements = new Statements();
        for (int stage = 1; ; stage++) {
            var round = new Round(subject.engine, statements);
            all.forEach(judging -> judging.ask(round));
            if (round.isEmpty() && all.stream().allMatch(Judging::isDone)) {
                break;
            }
            progress.at("judging, stage " + stage, Double.NaN);
            round.run();
        }
        Quarantine.Written written = null;
        if (failed != null) {
            progress.at("quarantine", Double.NaN);
            written = failed.write(suite.expectations(), failing(all));
        }
        return new ValidationResult(
                suite,
                table.name(),
                table.rowCount(),
                all.stream().map(judging -> judging.result(mask)).toList(),
                started,
                (System.nanoTime() - nanos) / 1_000_000,
                statements.count(),
                statements.sha256(),
                mask == null ? List.of() : mask.columns(),
                written);
    }

    private static boolean isSql(Suite suite) {
        String semantics = suite.meta().path("clew").path("engine_semantics").asText("pandas");
        return switch (semantics) {
            case "pandas" -> false;
            case "sql" -> true;
            default ->
                throw new QualityException(
                        QualityException.Code.BAD_DOCUMENT,
                        "Suite '%s' asks for the engine_semantics '%s'; pandas and sql are known, write one of them."
                                .formatted(suite.name(), semantics));
        };
    }

    private static Map<Integer, Step.Failing> failing(List<Judging> all) {
        Map<Integer, Step.Failing> failing = new LinkedHashMap<>();
        for (int at = 0; at < all.size(); at++) {
            if (all.get(at).failure == null && all.get(at).step instanceof Step.Done done && done.failing() != null) {
                failing.put(at, done.failing());
            }
        }
        return failing;
    }

    /** One expectation on its way to a result. */
    private static final class Judging {
        private Expectation expectation;
        private Step step;
        private @Nullable String failure;
        private @Nullable String hasNoHistory;

        Judging(Expectation given, Subject subject, ObjectNode values, History history, LocalDateTime now) {
            expectation = given;
            step = new Step.Done(false, Values.object());
            try {
                expectation = Parameters.fill(looksBack(given, values, history), values, now);
                step = Checks.of(subject, expectation);
                expectation = hasNoHistory == null ? expectation : given;
            } catch (NotJudged e) {
                failure = e.getMessage();
            } catch (QualityException e) {
                throw e;
            } catch (RuntimeException e) {
                failure = unforeseen(e);
            }
        }

        /** Whatever goes wrong with one expectation stops no other; of the table itself a {@link QualityException} tells. */
        private static String unforeseen(RuntimeException e) {
            return "The expectation could not be judged (%s); see that its arguments are of the kinds that its type takes."
                    .formatted(e.getClass().getSimpleName());
        }

        private Expectation looksBack(Expectation given, ObjectNode values, History history) {
            try {
                return history.fill(given, values);
            } catch (NotJudged e) {
                hasNoHistory = e.getMessage();
                return History.open(given);
            }
        }

        void ask(Round round) {
            if (failure == null) {
                try {
                    step = step.ask(round);
                } catch (NotJudged e) {
                    failure = e.getMessage();
                } catch (QualityException e) {
                    throw e;
                } catch (RuntimeException e) {
                    failure = unforeseen(e);
                }
            }
        }

        boolean isDone() {
            return failure != null || step instanceof Step.Done;
        }

        ExpectationResult result(@Nullable Mask mask) {
            if (failure == null && step instanceof Step.Done done) {
                return new ExpectationResult(
                        expectation,
                        hasNoHistory == null && done.success(),
                        mask == null ? done.result() : mask.apply(expectation, done.result()),
                        hasNoHistory);
            }
            return new ExpectationResult(expectation, false, Values.object(), failure);
        }
    }
}
