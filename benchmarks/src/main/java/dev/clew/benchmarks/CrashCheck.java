package dev.clew.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.ledger.note.Checkpoint;
import dev.clew.ledger.note.SignedNote;
import dev.clew.ledger.verify.Verifier;
import dev.clew.ledger.witness.Policy;
import dev.clew.server.cli.Connection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/**
 * Compares what clients sent and were told with what a served directory holds after a kill: ledger and state. Confined to the benchmark's
 * thread.
 */
final class CrashCheck {
    private static final int MOST_FEEDBACK = 20;
    private static final int PROOFS_AGAIN = 80;
    private static final long PATIENCE_NANOS = 15_000_000_000L;
    private static final String API = "/api/clew/v1/";

    private final CrashServer server;
    private final CrashLedger ledger;
    private final List<byte[]> proofs = new ArrayList<>();

    CrashCheck(CrashServer server) {
        this.server = server;
        this.ledger = new CrashLedger(server);
    }

    /** What was found wrong after one kill. */
    record Faults(List<String> lost, List<String> phantom, List<String> state) {
        Faults() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    /**
     * Compares what is new since the last time.
     *
     * @param whole whether everything from before is looked at again: each entry, the newest proofs, and all of the state by
     *     {@code clew fsck --state}
     */
    Faults check(Acknowledgements acks, boolean whole) throws IOException, InterruptedException {
        var faults = new Faults();
        faults.state.addAll(acks.unexpected);
        Map<String, Integer> perRun = ledger.check(acks, whole, faults);
        runs(acks, perRun, faults);
        feedback(acks, faults);
        erasures(acks, faults);
        proofs.addAll(acks.proofs);
        proofs(whole ? proofs.subList(Math.max(0, proofs.size() - PROOFS_AGAIN), proofs.size()) : acks.proofs, faults);
        for (byte[] note : acks.checkpoints) {
            Checkpoint checkpoint = Checkpoint.parse(SignedNote.parse(note).text());
            isOurs(checkpoint.size(), hex(checkpoint.root()), faults);
        }
        if (whole) {
            String findings = server.fsck();
            if (!findings.isEmpty()) {
                faults.state.add("fsck --state: " + findings);
            }
        }
        return faults;
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

    /** Bundles that were issued before the kill verify, and are of this very log. */
    private void proofs(Iterable<byte[]> bundles, Faults faults) {
        Policy policy = Policy.parse(
                server.as(CrashServer.Part.AUDITOR).text("/ledger/policy").getBytes(StandardCharsets.UTF_8));
        for (byte[] bundle : bundles) {
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
    }

    private void isOurs(long size, String root, Faults faults) {
        if (!root.equals(ledger.root(size))) {
            faults.state.add("a checkpoint of %d entries was signed with root %s, the log now has %s there"
                    .formatted(size, root, ledger.root(size)));
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
