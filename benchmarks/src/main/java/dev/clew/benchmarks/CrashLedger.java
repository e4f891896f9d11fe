package dev.clew.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.ledger.encoding.InnerRecord;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.tree.CompactRange;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.cli.Connection;
import dev.clew.server.common.Json;
import dev.clew.server.journal.BatchRecords;
import dev.clew.server.journal.Entries;
import dev.clew.server.segments.SegmentRecords;
import dev.clew.server.storage.Sql;
import dev.clew.server.storage.SqliteDatabase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What a served directory's ledger holds, read from its files beside the server, compared with what clients sent and were told. Remembers
 * what it saw before: nothing earlier may change. Confined to the benchmark's thread.
 */
final class CrashLedger {
    private static final int MOST_READ = 10;
    private static final long PATIENCE_NANOS = 15_000_000_000L;
    private static final String API = "/api/clew/v1/";

    private final CrashServer server;
    private final CompactRange range = new CompactRange();
    private final List<byte[]> leafHashes = new ArrayList<>();
    private final Set<String> records = new HashSet<>();
    private final Map<Long, String> roots = new HashMap<>();

    CrashLedger(CrashServer server) {
        this.server = server;
    }

    /** Root of the log at a size it had, or null when it never had that size. */
    @Nullable
    String root(long size) {
        return roots.get(size);
    }

    /**
     * Compares what was appended since the last time.
     *
     * @param whole whether entries from before are read again, too
     * @return number of new entries by run
     */
    Map<String, Integer> check(Acknowledgements acks, boolean whole, CrashCheck.Faults faults) throws IOException {
        try (var database = SqliteDatabase.openReadOnly(server.data().resolve("clew.db"))) {
            awaitBatches(database);
            long before = leafHashes.size();
            append(new Entries(database), whole ? 0 : before, faults);
            records(database, acks, before, faults);
            for (Acknowledgements.Entry told : acks.entries) {
                if (told.seq() >= leafHashes.size()
                        || !told.leafHash().equals(hex(leafHashes.get(Math.toIntExact(told.seq()))))) {
                    faults.lost().add("entry %d with leaf hash %s".formatted(told.seq(), told.leafHash()));
                }
            }
            return perRun(new Entries(database), before);
        }
    }

    /** Entries from {@code from} on: those known are what they were, the others are appended. */
    private void append(Entries entries, long from, CrashCheck.Faults faults) {
        long before = leafHashes.size();
        long seq = from;
        for (List<byte[]> page = entries.leaves(seq, seq + Entries.MAX_PAGE);
                !page.isEmpty();
                page = entries.leaves(seq, seq + Entries.MAX_PAGE)) {
            for (byte[] leaf : page) {
                byte[] hash = Hashing.leaf(leaf);
                if (seq >= leafHashes.size()) {
                    leafHashes.add(hash);
                    range.append(hash, 0);
                    roots.put(range.size(), hex(range.root()));
                } else if (!Arrays.equals(leafHashes.get(Math.toIntExact(seq)), hash)) {
                    faults.state().add("entry %d is another than before".formatted(seq));
                }
                seq++;
            }
        }
        if (seq < before) {
            faults.lost().add("%d entries were there, %d are".formatted(before, seq));
        }
    }

    private static Map<String, Integer> perRun(Entries entries, long before) {
        var perRun = new HashMap<String, Integer>();
        for (List<Entries.Head> page = entries.findAfter(Entries.Filter.ALL, before - 1, Entries.MAX_PAGE);
                !page.isEmpty();
                page = entries.findAfter(Entries.Filter.ALL, page.getLast().seq(), Entries.MAX_PAGE)) {
            for (Entries.Head head : page) {
                if (head.resource() != null && head.resource().toString().startsWith("run:")) {
                    perRun.merge(head.resource().toString().substring(4), 1, Integer::sum);
                }
            }
        }
        return perRun;
    }

    /**
     * Records of the batches that were appended, as the ledger proves them: what was acknowledged is there, with the acknowledged digest
     * and once, and the rest was sent by somebody who was not told.
     */
    private void records(SqliteDatabase database, Acknowledgements acks, long from, CrashCheck.Faults faults)
            throws IOException {
        var found = new HashMap<String, String>();
        var decisions = new HashSet<String>();
        int others = 0;
        var segments = new SegmentRecords(server.data());
        for (long seq : batches(database, from)) {
            for (byte[] record : database.read(sql -> inner(sql, segments, seq))) {
                byte[] bytes = InnerRecord.decode(record).submission();
                var submission = Submission.decode(bytes);
                boolean decision = submission.act().equals("decision.record");
                if (decision || submission.act().startsWith("feedback.")) {
                    String id = hex(submission.request());
                    if (!records.add(id)) {
                        faults.phantom().add("record %s twice".formatted(id));
                    }
                    found.put(id, hex(Hashing.sha256(bytes)));
                    if (decision) {
                        decisions.add(id);
                    } else {
                        others++;
                    }
                }
            }
        }
        var explained = new HashSet<String>();
        acks.records.forEach((id, digest) -> {
            explained.add(id);
            if (!digest.equals(found.get(id))) {
                faults.lost().add("record %s with digest %s; the ledger has %s".formatted(id, digest, found.get(id)));
            }
        });
        Connection reader = server.as(CrashServer.Part.CASE_WORKER);
        for (String clientId : acks.decisionsSent) {
            if (!acks.decisions.containsKey(clientId)) {
                var answer = reader.send("GET", API + "decisions/" + clientId, null, "");
                if (answer.statusCode() == 200) {
                    explained.add(
                            plain(Json.MAPPER.readTree(answer.body()).path("id").asText()));
                }
            }
        }
        decisions.stream()
                .filter(id -> !explained.contains(id))
                .forEach(id -> faults.phantom().add("decision " + id));
        long sent = acks.feedback.values().stream()
                .mapToLong(each -> each.sent.size())
                .sum();
        if (others > sent) {
            faults.phantom().add("%d feedback records, %d were sent".formatted(others, sent));
        }
        acks.decisions.values().stream().limit(MOST_READ).forEach(told -> {
            JsonNode read = reader.get(API + "decisions/" + told.id());
            if (!read.path("digest").asText().equals(told.digest())) {
                faults.state()
                        .add("decision %s has digest %s, acknowledged was %s"
                                .formatted(told.id(), read.path("digest").asText(), told.digest()));
            }
        });
    }

    /** What a kill left without a batch is closed into one within moments of the start. */
    private static void awaitBatches(SqliteDatabase database) {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < until
                && database.read(sql ->
                                sql.query("""
                                    SELECT COUNT(*) AS n FROM hot_chunk c
                                    WHERE c.chunk > (SELECT COALESCE(MAX(b.last_chunk), 0) FROM batch b WHERE b.ns = c.ns)\
                                    """).first(row -> row.integer("n")).orElseThrow())
                        > 0) {
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static List<Long> batches(SqliteDatabase database, long from) {
        return database.read(sql -> sql.query("""
            SELECT seq FROM entry_index WHERE act = 'record.batch' AND seq >= :from ORDER BY seq\
            """).bind("from", from).list(row -> row.integer("seq")));
    }

    private static List<byte[]> inner(Sql sql, SegmentRecords segments, long seq) {
        return BatchRecords.of(sql, seq)
                .or(() -> segments.slots(sql, seq)
                        .map(slots -> slots.stream()
                                .map(slot -> Objects.requireNonNull(slot.record()))
                                .toList()))
                .orElseGet(List::of);
    }

    private static String plain(String uuid) {
        return uuid.replace("-", "");
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
