package dev.clew.server.journal;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Uid;
import dev.clew.server.storage.Database;
import dev.clew.server.storage.Row;
import dev.clew.server.storage.Sql;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads entries as the journal stored them. Thread-safe; every method is one read of one statement. */
public final class Entries {
    /** Most entries of one answer. */
    public static final int MAX_PAGE = 4_096;

    /** Entries that {@link #count} looks at. */
    public static final int COUNTED = 262_144;

    /** Stretches of time that {@link #count} tells. */
    public static final int STRETCHES = 1_000;

    private static final String HEADS =
            "SELECT i.seq, i.time_us, i.act, i.who, i.kind, i.uid, i.scope FROM entry_index i";

    private final Database database;

    public Entries(Database database) {
        this.database = database;
    }

    /**
     * What the index says of an entry.
     *
     * @param resource null for entries about no thing, such as batches
     */
    public record Head(
            long seq,
            long micros,
            String act,
            String who,
            @Nullable Node resource,
            int scope) {}

    /**
     * What the tail of the log stores of an entry.
     *
     * @param leaf leaf data, or null once it lies in a forced bundle
     * @param salt of bulk rows, or null
     * @param changes the change list, or null for pure events
     * @param body what is stored of the detached payload, or null
     */
    public record Stored(
            long seq,
            long micros,
            byte @Nullable [] leaf,
            byte @Nullable [] salt,
            byte @Nullable [] changes,
            byte @Nullable [] body) {}

    /**
     * Which entries; null means any. Times are microseconds, {@code from} included, {@code to} not.
     *
     * @param scopes scope ids the caller may see, ascending
     * @param acts only entries with one of these acts
     */
    public record Filter(
            long @Nullable [] scopes,
            @Nullable String act,
            @Nullable String who,
            @Nullable Node resource,
            @Nullable Long from,
            @Nullable Long to,
            @Nullable List<String> acts) {
        public Filter(
                long @Nullable [] scopes,
                @Nullable String act,
                @Nullable String who,
                @Nullable Node resource,
                @Nullable Long from,
                @Nullable Long to) {
            this(scopes, act, who, resource, from, to, null);
        }

        public static final Filter ALL = new Filter(null, null, null, null, null, null);
    }

    /** Number of entries: the size of the log. */
    public long size() {
        return database.read(sql -> sql.query("SELECT COALESCE(MAX(seq) + 1, 0) AS size FROM entry")
                .first(row -> row.integer("size"))
                .orElse(0L));
    }

    public Optional<Stored> at(long seq) {
        return database.read(
                sql -> sql.query("SELECT seq, time_us, leaf, salt, changes, body FROM entry WHERE seq = :seq")
                        .bind("seq", seq)
                        .first(Entries::stored));
    }

    /** Those of these entries that exist, ascending; at most {@value #MAX_PAGE}. */
    public List<Stored> at(Collection<Long> seqs) {
        long[] wanted = seqs.stream()
                .mapToLong(Long::longValue)
                .sorted()
                .limit(MAX_PAGE)
                .toArray();
        return database.read(
                sql -> sql.query("SELECT seq, time_us, leaf, salt, changes, body FROM entry WHERE seq %s ORDER BY seq"
                                .formatted(sql.dialect().inIntegers("seqs")))
                        .integers("seqs", wanted)
                        .list(Entries::stored));
    }

    /**
     * Heads of entries about things: of each the first one and the newest, {@code limit} in all, ascending. One statement.
     *
     * @param nodes at most {@value #MAX_PAGE}
     */
    public List<Head> about(Collection<Node> nodes, int limit) {
        var wanted = new HashSet<>(nodes);
        return database.read(sql -> sql
                .query("""
                        SELECT seq, time_us, act, who, kind, uid, scope FROM (
                            SELECT seq, time_us, act, who, kind, uid, scope,
                                ROW_NUMBER() OVER (PARTITION BY kind, uid ORDER BY seq) AS age,
                                ROW_NUMBER() OVER (PARTITION BY kind, uid ORDER BY seq DESC) AS newness
                            FROM entry_index WHERE uid %s) ranked
                        WHERE age = 1 OR newness < :limit ORDER BY seq""".formatted(sql.dialect().inBlobs("uids")))
                .blobs("uids", wanted.stream().map(node -> node.uid().bytes()).toList())
                .bind("limit", limit)
                .list(Entries::head)
                .stream()
                .filter(head -> wanted.contains(head.resource()))
                .toList());
    }

    public Optional<Head> head(long seq) {
        return database.read(
                sql -> sql.query(HEADS + " WHERE i.seq = :seq").bind("seq", seq).first(Entries::head));
    }

    /** Heads of these entries, in no order. 1 statement. */
    static List<Head> heads(Sql sql, long[] seqs) {
        return sql.query(HEADS + " WHERE i.seq " + sql.dialect().inIntegers("seqs"))
                .integers("seqs", seqs)
                .list(Entries::head);
    }

    /** Entries {@code [from, to)} in order, at most {@value #MAX_PAGE}. */
    public List<Stored> range(long from, long to) {
        return database.read(sql -> sql.query("""
                        SELECT seq, time_us, leaf, salt, changes, body FROM entry
                        WHERE seq >= :from AND seq < :to ORDER BY seq LIMIT %d""".formatted(MAX_PAGE))
                .bind("from", from)
                .bind("to", to)
                .list(Entries::stored));
    }

    /** Leaf data of entries {@code [from, to)} in order, at most {@value #MAX_PAGE}; empty arrays where it lies in a bundle already. */
    public List<byte[]> leaves(long from, long to) {
        return database.read(sql -> sql.query("""
                        SELECT leaf FROM entry WHERE seq >= :from AND seq < :to ORDER BY seq LIMIT %d""".formatted(MAX_PAGE))
                .bind("from", from)
                .bind("to", to)
                .list(row -> {
                    byte[] leaf = row.bytesOrNull("leaf");
                    return leaf == null ? new byte[0] : leaf;
                }));
    }

    /**
     * Heads of entries that match, newest first.
     *
     * @param before only entries with a smaller seq: the last one of the page before; {@code Long.MAX_VALUE} for the first page
     * @param limit at most {@value #MAX_PAGE}
     */
    public List<Head> find(Filter filter, long before, int limit) {
        return find(filter, "i.seq < :bound", "DESC", before, limit);
    }

    /** Heads of entries that match, oldest first, with a larger seq than {@code after}: what is new since. */
    public List<Head> findAfter(Filter filter, long after, int limit) {
        return find(filter, "i.seq > :bound", "ASC", after, limit);
    }

    private List<Head> find(Filter filter, String bounded, String order, long bound, int limit) {
        String text = "%s WHERE %s ORDER BY i.seq %s LIMIT :limit".formatted(HEADS, where(bounded, filter), order);
        return database.read(sql -> bound(
                        sql.query(text).bind("bound", bound).bind("limit", Math.clamp(limit, 1, MAX_PAGE)), filter)
                .list(Entries::head));
    }

    /**
     * How many of the newest {@value #COUNTED} entries that match lie in each stretch of time.
     *
     * @param micros length of a stretch; they begin at multiples of it
     * @return by beginning of the stretch, ascending; stretches without an entry are left out, and so are all but the last
     *     {@value #STRETCHES}
     */
    public SortedMap<Long, Long> count(Filter filter, long micros) {
        String text = """
                SELECT time_us / :micros AS stretch, COUNT(*) AS n FROM (
                    SELECT i.time_us FROM entry_index i WHERE %s ORDER BY i.seq DESC LIMIT %d) newest
                GROUP BY stretch ORDER BY stretch DESC LIMIT %d""".formatted(where("i.seq >= 0", filter), COUNTED, STRETCHES);
        var counts = new TreeMap<Long, Long>();
        database.read(sql -> bound(sql.query(text).bind("micros", micros), filter)
                        .list(row -> Map.entry(row.integer("stretch") * micros, row.integer("n"))))
                .forEach(each -> counts.put(each.getKey(), each.getValue()));
        return counts;
    }

    /** Conditions on {@code entry_index i}. */
    private String where(String first, Filter filter) {
        var where = new ArrayList<String>();
        where.add(first);
        if (filter.act() != null) {
            where.add("i.act = :act");
        }
        if (filter.who() != null) {
            where.add("i.who = :who");
        }
        if (filter.resource() != null) {
            where.add("i.uid = :uid AND i.kind = :kind");
        }
        if (filter.from() != null) {
            where.add("i.time_us >= :from");
        }
        if (filter.to() != null) {
            where.add("i.time_us < :to");
        }
        if (filter.scopes() != null) {
            where.add("i.scope " + database.dialect().inIntegers("scopes"));
        }
        if (filter.acts() != null) {
            where.add("i.act " + database.dialect().inTexts("acts"));
        }
        return String.join(" AND ", where);
    }

    private static Sql.Query bound(Sql.Query query, Filter filter) {
        if (filter.act() != null) {
            query.bind("act", filter.act());
        }
        if (filter.who() != null) {
            query.bind("who", filter.who());
        }
        if (filter.resource() != null) {
            query.bind("uid", filter.resource().uid())
                    .bind("kind", filter.resource().kind().number());
        }
        if (filter.from() != null) {
            query.bind("from", filter.from());
        }
        if (filter.to() != null) {
            query.bind("to", filter.to());
        }
        if (filter.scopes() != null) {
            query.integers("scopes", filter.scopes());
        }
        if (filter.acts() != null) {
            query.texts("acts", filter.acts());
        }
        return query;
    }

    private static Stored stored(Row row) {
        return new Stored(
                row.integer("seq"),
                row.integer("time_us"),
                row.bytesOrNull("leaf"),
                row.bytesOrNull("salt"),
                row.bytesOrNull("changes"),
                row.bytesOrNull("body"));
    }

    private static Head head(Row row) {
        Uid uid = row.uidOrNull("uid");
        return new Head(
                row.integer("seq"),
                row.integer("time_us"),
                row.text("act"),
                row.text("who"),
                uid == null ? null : Node.of(Kind.of((int) row.integer("kind")), uid),
                (int) row.integer("scope"));
    }
}
