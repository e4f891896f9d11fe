package dev.clew.benchmarks;

import dev.clew.ledger.verify.Verifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Decisions a server acknowledged under load, one of {@value #EVERY} answers, to be proven and verified afterwards. Thread-safe. */
final class Acknowledged implements Load.Answers {
    private static final int EVERY = 97;
    private static final int CHECKED = 500;

    private final List<String> ids = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void answered(int connection, long number, byte[] answer) {
        if (number % EVERY == 0) {
            String text = new String(answer, StandardCharsets.UTF_8);
            int at = text.indexOf("\"id\":\"");
            if (!text.contains("\"created\"") || at < 0) {
                throw new IllegalStateException(
                        "not acknowledged as new: " + text.substring(0, Math.min(200, text.length())));
            }
            ids.add(text.substring(at + 6, at + 42));
        }
    }

    /** Gets the proofs of some, drawn by seed, and verifies each offline; throws when one does not hold. */
    void verify(Report report, String url) throws IOException {
        Collections.shuffle(ids, new Random(2));
        List<String> some = List.copyOf(ids.subList(0, Math.min(CHECKED, ids.size())));
        if (some.isEmpty()) {
            throw new IllegalStateException("nothing was acknowledged");
        }
        Path policy = Files.createTempFile("clew-bench", ".policy");
        Path bundle = Files.createTempFile("clew-bench", ".tlog-proof");
        Files.write(policy, Load.once(url, "GET", "/ledger/policy", ""));
        for (String id : some) {
            Files.write(bundle, Load.once(url, "GET", "/api/clew/v1/decisions/" + id + "/proof", ""));
            var verdict = Verifier.verifyFile(bundle, Optional.of(policy), Optional.of(id));
            if (verdict.exitCode() != 0) {
                throw new IllegalStateException("the proof of acknowledged decision %s does not verify".formatted(id));
            }
        }
        report.line("verified afterwards", "%d of %d sampled acknowledgements, all valid", some.size(), ids.size());
        Files.delete(policy);
        Files.delete(bundle);
    }
}
