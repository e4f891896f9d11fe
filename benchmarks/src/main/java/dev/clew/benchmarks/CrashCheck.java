package dev.clew.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.ledger.encoding.InnerRecord;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.note.Checkpoint;
import dev.clew.ledger.note.SignedNote;
import dev.clew.ledger.tree.CompactRange;
import dev.clew.ledger.tree.Hashing;
import dev.clew.ledger.verify.Verifier;
import dev.clew.ledger.witness.Policy;
import dev.clew.server.cli.Connection;
import dev.clew.server.common.Json;
import dev.clew.server.journal.BatchRecords;
import dev.clew.server.journal.Entries;
import dev.clew.server.segments.SegmentRecords;
import dev.clew.server.storage.Sql;
import dev.clew.server.storage.SqliteDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/**
 * Compares what clients sent and were told with what a served directory holds after a kill: ledger and state. Remembers what it saw
 * before, so that nothing earlier may change either. Confined to the benchmark's thread.
 */
final class CrashCheck {
    private static final int MOST_FEEDBACK = 60;
    private static final int MOST_READ = 25;
    private static final long PATIENCE_NANOS = 15_000_000_000L;
    private static final String API = "/api/clew/v1/";

    private final CrashServer server;
    private final CompactRange range = new CompactRange();
    private final List<byte[]> leafHashes = new ArrayList<>();
    private final Set<String> records = new HashSet<>();
    private long batchesFrom;
    private final Map<Long, String> roots = new HashMap<>();

    CrashCheck(CrashServer server) {
        this.server = server;
    }

    /** What was found wrong after one kill. */
    record Faults(List<String> lost, List<String> phantom, List<String> state) {
        Faults() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }

        boolean isEmpty() {
            return lost.isEmpty() && phantom.isEmpty() && state.isEmpty();
        }
    }

    Faults check(Acknowledgements acks) throws IOException, InterruptedException {
        var faults = new Faults();
        records(acks, batchesFrom, faults);
        Map<String, Integer> perRun = ledger(acks, faults);
        batchesFrom = leafHashes.size();
        runs(acks, perRun, faults);
        feedback(acks, faults);
        erasures(acks, faults);
        proofs(acks, faults);
        String findings = server.fsck();
        if (!findings.isEmpty()) {
            faults.state.add("fsck --state: " + findings);
        }
        return faults;
    }

    /** Entries that were appended: told ones are there, and none before has changed. How many there are by run. */
    private Map<String, Integer> ledger(Acknowledgements acks, Faults faults) {
        var perRun = new HashMap<String, Integer>();
        try (var database = SqliteDatabase.openReadOnly(server.data().resolve("clew.db"))) {
            var entries = new Entries(database);
            long before = leafHashes.size();
            var reread = new ArrayList<byte[]>();
            for (List<byte[]> page = entries.leaves(0, Entries.MAX_PAGE);
                    !page.isEmpty();
                    page = entries.leaves(reread.size(), reread.size() + Entries.MAX_PAGE)) {
                page.forEach(leaf -> reread.add(Hashing.leaf(leaf)));
            }
            for (int seq = 0; seq < reread.size(); seq++) {
                if (seq >= before) {
                    leafHashes.add(reread.get(seq));
                    range.append(reread.get(seq), 0);
                    roots.put(range.size(), hex(range.root()));
                } else if (!java.util.Arrays.equals(leafHashes.get(seq), reread.get(seq))) {
                    faults.state.add("entry %d is another than before".formatted(seq));
                }
            }
            if (reread.size() < before) {
                faults.lost.add("%d entries were there, %d are".formatted(before, reread.size()));
            }
            for (List<Entries.Head> page = entries.findAfter(Entries.Filter.ALL, before - 1, Entries.MAX_PAGE);
                    !page.isEmpty();
                    page = entries.findAfter(Entries.Filter.ALL, page.getLast().seq(), Entries.MAX_PAGE)) {
                for (Entries.Head head : page) {
                    if (head.resource() != null && head.resource().toString().startsWith("run:")) {
                        perRun.merge(head.resource().toString().substring(4), 1, Integer::sum);
                    }
                }
            }
        }
        for (Acknowledgements.Entry told : acks.entries) {
            if (told.seq() >= leafHashes.size()
                    || !told.leafHash().equals(hex(leafHashes.get(Math.toIntExact(told.seq()))))) {
                faults.lost.add("entry %d with leaf hash %s".formatted(told.seq(), told.leafHash()));
            }
        }
        return perRun;
    }

    private void runs(Acknowledgements acks, Map<String, Integer> perRun, Faults faults) {
        Connection reader = server.as(CrashServer.Part.SCIENTIST);
        acks.runs.forEach((id, run) -> {
            Set<String> seen = effects(reader, id, faults);
            run.told.stream()
                    .filter(name -> !seen.contains(name))
                    .forEach(name -> faults.lost.add("write %s to run %s".formatted(name, id)));
            seen.stream()
                    .filter(name -> !run.sent.contains(name))
                    .forEach(name -> faults.phantom.add("write %s to run %s".formatted(name, id)));
            int entries = perRun.getOrDefault(id, 0);
            if (entries != seen.size() + 1) {
                faults.state.add("run %s shows %d writes and its creation, the ledger has %d entries about it"
                        .formatted(id, seen.size(), entries));
            }
        });
        int untold = acks.runsAsked.get() - acks.runs.size();
        perRun.forEach((id, entries) -> {
            // A run whose creation nobody was told of was written to by nobody.
            if (!acks.runs.containsKey(id) && (entries != 1 || perRun.size() - acks.runs.size() > untold)) {
                faults.phantom.add("run %s with %d entries".formatted(id, entries));
            }
        });
    }

    /** Writes whose whole effect a run shows. */
    private static Set<String> effects(Connection reader, String run, Faults faults) {
        JsonNode data =
                reader.get("/api/2.0/mlflow/runs/get?run_id=" + run).path("run").path("data");
        var seen = new TreeSet<String>();
        data.path("tags").forEach(tag -> {
            String key = tag.path("key").asText();
            if (!key.startsWith("mlflow.")) {
                seen.add(key);
            }
        });
        Set<Long> points = steps(reader, run, "m");
        var params = new HashSet<String>();
        data.path("params").forEach(param -> params.add(param.path("key").asText()));
        int whole = 0;
        for (String name : seen) {
            if (name.startsWith("b")) {
                whole++;
                if (!params.remove(name)
                        || !points.containsAll(CrashClients.steps(Integer.parseInt(name.substring(1))))) {
                    faults.state.add("batch %s of run %s is there in part".formatted(name, run));
                }
            }
        }
        if (points.size() != whole * CrashClients.steps(0).size()) {
            faults.state.add("run %s has %d points of %d batches".formatted(run, points.size(), whole));
        }
        params.forEach(seen::add);
        steps(reader, run, "s").forEach(step -> seen.add("s" + step));
        return seen;
    }

    private static Set<Long> steps(Connection reader, String run, String key) {
        var steps = new HashSet<Long>();
        String token = "";
        do {
            JsonNode page = reader.get("/api/2.0/mlflow/metrics/get-history?run_id=%s&metric_key=%s&max_results=10000%s"
                    .formatted(run, key, token));
            page.path("metrics").forEach(point -> steps.add(point.path("step").asLong()));
            String next = page.path("next_page_token").asText("");
            token = next.isEmpty() ? "" : "&page_token=" + Connection.segment(next);
        } while (!token.isEmpty());
        return steps;
    }

    /**
     * Records of the batches that were appended, as the ledger proves them: what was acknowledged is there, with the acknowledged digest
     * and once, and the rest was sent by somebody who was not told.
     */
    private void records(Acknowledgements acks, long from, Faults faults) throws IOException {
        var found = new HashMap<String, String>();
        var decisions = new HashSet<String>();
        int others = 0;
        try (var database = SqliteDatabase.openReadOnly(server.data().resolve("clew.db"))) {
            awaitBatches(database);
            var segments = new SegmentRecords(server.data());
            for (long seq : batches(database, from)) {
                for (byte[] record : database.read(sql -> inner(sql, segments, seq))) {
                    byte[] bytes = InnerRecord.decode(record).submission();
                    var submission = Submission.decode(bytes);
                    boolean decision = submission.act().equals("decision.record");
                    if (decision || submission.act().startsWith("feedback.")) {
                        String id = hex(submission.request());
                        if (!records.add(id)) {
                            faults.phantom.add("record %s twice".formatted(id));
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
        }
        var explained = new HashSet<String>();
        acks.records.forEach((id, digest) -> {
            explained.add(id);
            if (!digest.equals(found.get(id))) {
                faults.lost.add("record %s with digest %s; the ledger has %s".formatted(id, digest, found.get(id)));
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
        decisions.stream().filter(id -> !explained.contains(id)).forEach(id -> faults.phantom.add("decision " + id));
        long sent = acks.feedback.values().stream()
                .mapToLong(each -> each.sent.size())
                .sum();
        if (others > sent) {
            faults.phantom.add("%d feedback records, %d were sent".formatted(others, sent));
        }
        acks.decisions.values().stream().limit(MOST_READ).forEach(told -> {
            JsonNode read = reader.get(API + "decisions/" + told.id());
            if (!read.path("digest").asText().equals(told.digest())) {
                faults.state.add("decision %s has digest %s, acknowledged was %s"
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
                                WHERE c.chunk > (SELECT COALESCE(MAX(b.last_chunk), 0) FROM batch b WHERE b.ns = c.ns)""").first(row -> row.integer("n")).orElseThrow())
                        > 0) {
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static List<Long> batches(SqliteDatabase database, long from) {
        return database.read(sql -> sql.query("""
                        SELECT seq FROM entry_index WHERE act = 'record.batch' AND seq >= :from ORDER BY seq""").bind("from", from).list(row -> row.integer("seq")));
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

    private void feedback(Acknowledgements acks, Faults faults) {
        Connection reader = server.as(CrashServer.Part.CASE_WORKER);
        acks.feedback.entrySet().stream().limit(MOST_FEEDBACK).forEach(each -> {
            var seen = new ArrayList<String>();
            reader.get(API + "decisions/" + each.getKey() + "/feedback")
                    .path("items")
                    .forEach(item -> seen.add(item.path("value").asText()));
            var feedback = each.getValue();
            boolean erased = acks.erasures.stream().anyMatch(erasure -> erasure.decision.equals(each.getKey()));
            if (!erased && !seen.containsAll(feedback.told)) {
                faults.lost.add("feedback %s on decision %s".formatted(feedback.told, each.getKey()));
            }
            if (!erased && (!feedback.sent.containsAll(seen) || new HashSet<>(seen).size() != seen.size())) {
                faults.phantom.add("feedback %s on decision %s".formatted(seen, each.getKey()));
            }
        });
    }

    /** What was accepted is finished after the restart, and then the person's decision answers that it is erased. */
    private void erasures(Acknowledgements acks, Faults faults) {
        Connection reader = server.as(CrashServer.Part.PRIVACY);
        Connection worker = server.as(CrashServer.Part.CASE_WORKER);
        for (Acknowledgements.Erasure erasure : acks.erasures) {
            String id = erasure.id;
            if (id == null) {
                continue;
            }
            long until = System.nanoTime() + PATIENCE_NANOS;
            String state = reader.get(API + "erasures/" + id).path("state").asText();
            while (state.equals("executed") || (erasure.accepted && !state.equals("verified"))) {
                if (System.nanoTime() > until) {
                    (erasure.accepted ? faults.lost : faults.state)
                            .add("erasure %s is %s for ever".formatted(id, state));
                    break;
                }
                LockSupport.parkNanos(50_000_000);
                state = reader.get(API + "erasures/" + id).path("state").asText();
            }
            if (!erasure.executing && !state.equals("requested")) {
                faults.phantom.add("erasure %s is %s".formatted(id, state));
            }
            boolean erased = worker.get(API + "decisions/" + erasure.decision)
                    .path("erased")
                    .asBoolean();
            if (erased != state.equals("verified")) {
                faults.state.add(
                        "erasure %s is %s, its decision %s erased".formatted(id, state, erased ? "is" : "is not"));
            }
        }
    }

    /** Bundles and checkpoints that were issued before the kill are of this very log. */
    private void proofs(Acknowledgements acks, Faults faults) {
        Policy policy = Policy.parse(
                server.as(CrashServer.Part.AUDITOR).text("/ledger/policy").getBytes(StandardCharsets.UTF_8));
        for (byte[] bundle : acks.proofs) {
            var report = Verifier.verifyBundle(bundle, policy, Optional.empty());
            if (!report.isValid() || report.log() == null) {
                faults.state.add("a proof issued before does not verify: " + report.text());
            } else {
                isOurs(
                        report.log().size(),
                        hex(Base64.getDecoder().decode(report.log().root())),
                        faults);
            }
        }
        for (byte[] note : acks.checkpoints) {
            Checkpoint checkpoint = Checkpoint.parse(SignedNote.parse(note).text());
            isOurs(checkpoint.size(), hex(checkpoint.root()), faults);
        }
    }

    private void isOurs(long size, String root, Faults faults) {
        if (!root.equals(roots.get(size))) {
            faults.state.add("a checkpoint of %d entries was signed with root %s, the log now has %s there"
                    .formatted(size, root, roots.get(size)));
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
