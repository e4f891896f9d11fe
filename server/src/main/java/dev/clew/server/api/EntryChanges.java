package dev.clew.server.api;

import dev.clew.ledger.encoding.ChangeList;
import dev.clew.server.common.Permission;
import dev.clew.server.journal.RowHistory;
import dev.clew.server.journal.Table;
import dev.clew.server.journal.TableNumbers;
import dev.clew.server.journal.Tables;
import dev.clew.server.ports.Caller;
import dev.clew.server.ports.Right;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows an entry changed, with their values before and after as far as the caller may read such things: the audit log by itself tells
 * keys and digests. Thread-safe; 3 reads a row that is shown with values.
 */
final class EntryChanges {
    /** Most rows of one entry that are shown with values. */
    private static final int MAX_SHOWN = 50;

    /** Which permission shows the values of a table; the others are never shown. */
    private static final Map<String, Permission> SHOWN_BY = Map.ofEntries(
            Map.entry("experiment", Permission.EXPERIMENT_READ),
            Map.entry("run", Permission.RUN_READ),
            Map.entry("param", Permission.RUN_READ),
            Map.entry("tag", Permission.RUN_READ),
            Map.entry("logged_model", Permission.RUN_READ),
            Map.entry("registered_model", Permission.MODEL_READ),
            Map.entry("registered_model_tag", Permission.MODEL_READ),
            Map.entry("model_version", Permission.MODEL_READ),
            Map.entry("model_version_tag", Permission.MODEL_READ),
            Map.entry("model_alias", Permission.MODEL_READ),
            Map.entry("dataset", Permission.DATASET_READ),
            Map.entry("dataset_version", Permission.DATASET_READ),
            Map.entry("endpoint", Permission.DEPLOYMENT_READ),
            Map.entry("deployment", Permission.DEPLOYMENT_READ),
            Map.entry("approval", Permission.APPROVAL_READ),
            Map.entry("approval_vote", Permission.APPROVAL_READ),
            Map.entry("role_grant", Permission.PRINCIPAL_READ),
            // For whoever audits: it says of a grant what is not as it should be.
            Map.entry("access_finding", Permission.AUDIT_READ));

    /** Columns that place a row and tell nobody anything. */
    private static final Set<String> PLUMBING = Set.of("nid", "exp", "scope");

    private final RowHistory rows;
    private final Map<Integer, Table<?>> tables = new HashMap<>();

    EntryChanges(RowHistory rows, List<Tables> declared) {
        this.rows = rows;
        for (Tables each : declared) {
            for (Table<?> table : each.all()) {
                if (SHOWN_BY.containsKey(table.name())) {
                    tables.put(table.number(), table);
                }
            }
        }
    }

    /**
     * One row an entry changed.
     *
     * @param digest of the row as it stands since; null when it was deleted
     * @param from values before that are not the same after, by column; null when the row was not there or may not be read
     * @param to values after; null when the row is gone or may not be read
     */
    record RowView(
            String table,
            String key,
            @Nullable String digest,
            @Nullable Map<String, Object> from,
            @Nullable Map<String, Object> to) {}

    List<RowView> of(Caller caller, int scope, long seq, List<ChangeList.Item> changes) {
        int[] left = {MAX_SHOWN};
        return changes.stream()
                .map(item -> left[0] > 0 && isShown(caller, scope, item) && left[0]-- > 0
                        ? shown(item, seq)
                        : row(item, null, null))
                .toList();
    }

    private boolean isShown(Caller caller, int scope, ChangeList.Item item) {
        Table<?> table = tables.get(item.table());
        Permission permission = table == null ? null : SHOWN_BY.get(table.name());
        return permission != null && (caller.rights(permission, scope) & Right.ALLOWED.bit()) != 0;
    }

    private RowView shown(ChangeList.Item item, long seq) {
        var step = rows.step(Objects.requireNonNull(tables.get(item.table())), item.key(), seq);
        if (step.isEmpty()) {
            return row(item, null, null);
        }
        var from = step.get().from();
        var to = step.get().to();
        return row(item, from == null ? null : different(from, to), to == null ? null : different(to, from));
    }

    /** Values of one state that the other has not; of a new or deleted row all. */
    private static Map<String, Object> different(Map<String, Object> these, @Nullable Map<String, Object> others) {
        var kept = new LinkedHashMap<String, Object>();
        these.forEach((name, value) -> {
            if (!(value instanceof byte[])
                    && !PLUMBING.contains(name)
                    && (others == null || !value.equals(others.get(name)))) {
                kept.put(name, value);
            }
        });
        return kept;
    }

    private static RowView row(
            ChangeList.Item item, @Nullable Map<String, Object> from, @Nullable Map<String, Object> to) {
        byte[] digest = item.digest();
        return new RowView(
                TableNumbers.name(item.table()),
                HexFormat.of().formatHex(item.key()),
                digest == null ? null : HexFormat.of().formatHex(digest),
                from,
                to);
    }
}
