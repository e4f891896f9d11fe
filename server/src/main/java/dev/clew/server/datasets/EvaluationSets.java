package dev.clew.server.datasets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import dev.clew.server.datasets.EvaluationCommand.Counts;
import dev.clew.server.datasets.EvaluationCommand.Given;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Receipt;
import dev.clew.server.journal.Resolving;
import dev.clew.server.search.Filter;
import dev.clew.server.search.Order;
import dev.clew.server.search.Page;
import dev.clew.server.search.PageToken;
import dev.clew.server.storage.Database;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sets of examples that programs are evaluated on. Thread-safe; every call blocks for the store or the journal. */
public final class EvaluationSets {
    /** Records of one call. */
    public static final int MAX_RECORDS = 4_000;

    /** Sets that a search looks at. */
    private static final int MAX_SETS = 10_000;

    private static final ObjectWriter SORTED = Json.MAPPER.writer(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private final Journal journal;
    private final Database database;
    private final InstantSource clock;

    public EvaluationSets(Journal journal, Database database, InstantSource clock) {
        this.journal = journal;
        this.database = database;
        this.clock = clock;
    }

    public static String unknown(String id) {
        return "Evaluation dataset with id '%s' not found".formatted(id);
    }

    /** @param claimed who made it as the client says, or null */
    public Receipt<EvaluationSet> create(
            Permit permit,
            int scope,
            String name,
            Map<String, String> tags,
            List<Long> experiments,
            @Nullable String schema,
            @Nullable String profile,
            @Nullable String claimed) {
        long now = clock.millis();
        String by = claimed == null ? permit.who() : claimed;
        return journal.write(
                permit,
                new EvaluationCommand.Create(new EvaluationSet(
                        Uid.next(now),
                        scope,
                        name,
                        tags,
                        schema,
                        profile,
                        digest(name, now * 1_000),
                        0,
                        experiments,
                        now,
                        now,
                        by,
                        by,
                        permit.who())));
    }

    static String digest(String name, long micros) {
        return HexFormat.of().formatHex(Hashing.sha256((name + " " + micros).getBytes(StandardCharsets.UTF_8)), 0, 4);
    }

    public Optional<EvaluationSet> find(Uid uid, int scope) {
        return database.read(sql -> sql.query(
                                "SELECT %s FROM evaluation_set WHERE dataset = :uid".formatted(EvaluationSet.COLUMNS))
                        .bind("uid", uid)
                        .first(EvaluationSet.SETS::read))
                .filter(set -> set.scope() == scope);
    }

    /** Sets tags, removes one, adds and removes experiments. */
    public Receipt<EvaluationSet> mark(
            Permit permit,
            EvaluationSet set,
            Map<String, String> tags,
            @Nullable String removedTag,
            List<Long> added,
            List<Long> removed) {
        return journal.write(permit, new EvaluationCommand.Mark(set, tags, removedTag, added, removed, permit.who()));
    }

    /**
     * Adds records or lays them over those with the same inputs. All or none.
     *
     * @param records objects with {@code inputs}; at most {@value #MAX_RECORDS}; of several with the same inputs the last holds
     */
    public Receipt<Counts> upsert(
            Permit permit, EvaluationSet set, List<ObjectNode> records, @Nullable String claimed) {
        var distinct = new LinkedHashMap<Uid, Given>();
        for (ObjectNode record : records) {
            Uid inputs = Uid.of(Hashing.sha256(sorted(record.path("inputs"))));
            distinct.merge(inputs, new Given(Uid.next(clock.millis()), inputs, record), Given::and);
        }
        return journal.write(
                permit,
                new EvaluationCommand.Upsert(
                        set, List.copyOf(distinct.values()), records.size(), permit.who(), claimed));
    }

    private static byte[] sorted(JsonNode node) {
        try {
            return SORTED.writeValueAsBytes(Json.MAPPER.treeToValue(node, Object.class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("JSON can be written as JSON", e);
        }
    }

    /** Oldest first. */
    public Page<EvaluationRecord> records(EvaluationSet set, int limit, @Nullable String token) {
        List<@Nullable Object> after = token == null
                ? List.of(-1L, new byte[16])
                : PageToken.parse(token).values();
        if (after.size() != 2 || !(after.getFirst() instanceof Long at) || !(after.getLast() instanceof byte[] uid)) {
            throw PageToken.invalid(null);
        }
        List<EvaluationRecord> found =
                database.read(sql -> sql.query("""
                    SELECT %s FROM evaluation_record WHERE dataset = :set
                        AND (created_at > :at OR (created_at = :at AND record > :uid))
                    ORDER BY created_at, record LIMIT %d\
                    """.formatted(EvaluationRecord.COLUMNS, limit + 1))
                        .bind("set", set.uid())
                        .bind("at", at)
                        .bind("uid", uid)
                        .list(EvaluationRecord.RECORDS::read));
        boolean more = found.size() > limit;
        List<EvaluationRecord> shown = more ? found.subList(0, limit) : found;
        return new Page<>(
                shown,
                more
                        ? new PageToken(List.of(
                                        shown.getLast().createdAt(),
                                        shown.getLast().uid().bytes()))
                                .text()
                        : null);
    }

    public Receipt<Integer> remove(Permit permit, EvaluationSet set, List<Uid> records) {
        return journal.write(permit, new EvaluationCommand.Remove(set, records, permit.who()));
    }

    /** Deletes a set with its records, those first. */
    public Receipt<Boolean> delete(Permit permit, EvaluationSet set) {
        return Resolving.write(journal, permit, () -> {
            for (var page = records(set, 1_000, null); !page.items().isEmpty(); page = records(set, 1_000, null)) {
                remove(
                        permit,
                        set,
                        page.items().stream().map(EvaluationRecord::uid).toList());
            }
            return new EvaluationCommand.Delete(set);
        });
    }

    /**
     * Sets that a filter holds for, newest first unless the order says otherwise.
     *
     * @param experiments those of any of these; all when empty
     * @param filter over {@code name, created_by, last_updated_by, created_time, last_update_time} and {@code tag}
     */
    public Page<EvaluationSet> search(
            int scope, List<Long> experiments, Filter filter, List<Order> order, int limit, @Nullable String token) {
        var found = new ArrayList<EvaluationSet>();
        database.read(sql -> {
            sql.query("SELECT %s FROM evaluation_set WHERE scope = :scope ORDER BY created_at DESC, dataset LIMIT %d"
                            .formatted(EvaluationSet.COLUMNS, MAX_SETS))
                    .bind("scope", (long) scope)
                    .forEach(row -> {
                        EvaluationSet set = EvaluationSet.SETS.read(row);
                        if ((experiments.isEmpty() || set.experiments().stream().anyMatch(experiments::contains))
                                && EvaluationFilter.holds(filter, set)) {
                            found.add(set);
                        }
                    });
            return found.size();
        });
        found.sort(EvaluationFilter.comparator(order));
        int from = token == null ? 0 : offset(token);
        int to = Math.min(found.size(), from + limit);
        return new Page<>(
                from >= to ? List.of() : List.copyOf(found.subList(from, to)),
                to < found.size() ? new PageToken(List.of((long) to)).text() : null);
    }

    private static int offset(String token) {
        List<@Nullable Object> values = PageToken.parse(token).values();
        if (values.size() == 1 && values.getFirst() instanceof Long at && at >= 0 && at <= MAX_SETS) {
            return at.intValue();
        }
        throw PageToken.invalid(null);
    }

    /** What refuses a list that is too long. */
    public static ClewException tooMany(int count) {
        return new ClewException(
                ErrorCode.INVALID_ARGUMENT,
                "At most %d records are taken at once; these are %d. Send them in parts."
                        .formatted(MAX_RECORDS, count));
    }
}
