package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.suite.Severity;
import dev.clew.quality.suite.Suite;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What came out of a suite.
 *
 * @param suite that was run
 * @param table name of the table
 * @param rowCount rows in it
 * @param results one per expectation, in the order of the suite
 * @param startedAt when
 * @param durationMillis how long it took
 * @param scans statements that read the table
 * @param statementsSha256 SHA-256 of the statements in order, without the values bound to them: equal for equal plans
 * @param masked columns whose values are hidden
 * @param quarantine what was written of the rows that fail; null if nothing was asked for
 */
public record ValidationResult(
        Suite suite,
        String table,
        long rowCount,
        List<ExpectationResult> results,
        Instant startedAt,
        long durationMillis,
        int scans,
        String statementsSha256,
        List<String> masked,
        Quarantine.@Nullable Written quarantine) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /** Keeps a copy. */
    public ValidationResult {
        results = List.copyOf(results);
        masked = List.copyOf(masked);
    }

    /** Whether every expectation holds. */
    public boolean success() {
        return results.stream().allMatch(ExpectationResult::success);
    }

    /** The worst severity among failures, of what could not be judged too. */
    public Optional<Severity> maxFailedSeverity() {
        return results.stream()
                .filter(result -> !result.success())
                .map(result -> result.expectation().severity())
                .max(Severity::compareTo);
    }

    /** Whether every expectation could be judged. */
    public boolean isJudged() {
        return results.stream().allMatch(ExpectationResult::isJudged);
    }

    /** Expectations that hold. */
    public long successful() {
        return results.stream().filter(ExpectationResult::success).count();
    }

    /** As Great Expectations 1.x writes it; what is ours stands under {@code meta.clew}. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("success", success());
        var list = json.putArray("results");
        results.forEach(result -> list.add(result.json()));
        json.put("suite_name", suite.name());
        json.set("suite_parameters", suite.parameters().deepCopy());
        var statistics = json.putObject("statistics");
        statistics.put("evaluated_expectations", results.size());
        statistics.put("successful_expectations", successful());
        statistics.put("unsuccessful_expectations", results.size() - successful());
        if (results.isEmpty()) {
            statistics.putNull("success_percent");
        } else {
            statistics.put("success_percent", (double) successful() / results.size() * 100);
        }
        var meta = json.putObject("meta");
        meta.put("great_expectations_version", "1.24.1");
        meta.putObject("batch_spec").put("data_asset_name", table);
        meta.putObject("batch_markers").put("ge_load_time", TIME.format(startedAt));
        var batch = meta.putObject("active_batch_definition");
        batch.put("datasource_name", "clew");
        batch.put("data_connector_name", "file");
        batch.put("data_asset_name", table);
        batch.putObject("batch_identifiers");
        var clew = meta.putObject("clew");
        clew.put("engine", "duckdb");
        clew.put("row_count", rowCount);
        clew.put("scans", scans);
        clew.put("sql_hash", "sha256:" + statementsSha256);
        clew.put("duration_ms", durationMillis);
        if (!masked.isEmpty()) {
            masked.forEach(clew.putArray("masked_columns")::add);
        }
        if (quarantine != null) {
            var rows = clew.putObject("quarantine");
            rows.put("file", quarantine.file());
            rows.put("rows", quarantine.rows());
            quarantine.columns().forEach(rows.putArray("columns")::add);
            rows.put("sha256", quarantine.sha256());
        }
        json.put("batch_id", table);
        json.putNull("result_url");
        json.putNull("id");
        return json;
    }
}
