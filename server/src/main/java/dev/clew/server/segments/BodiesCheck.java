package dev.clew.server.segments;

import dev.clew.ledger.tree.Hashing;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares a file of bodies with itself, its row and what the evidence says of its bodies. Confined to one thread; used once. */
final class BodiesCheck {
    private final BlockFile file;
    private final SegmentRow row;
    private final EvidenceCheck.@Nullable Seen evidence;
    private final FileFindings findings;

    /** @param evidence null when it is damaged: then the bodies are compared with themselves only */
    BodiesCheck(BlockFile file, SegmentRow row, EvidenceCheck.@Nullable Seen evidence, FileFindings findings) {
        this.file = file;
        this.row = row;
        this.evidence = evidence;
        this.findings = findings;
    }

    void check() throws IOException {
        Extent at = file.directory(row.firstSeq(), row.generation());
        BodiesDirectory directory = BodiesDirectory.decode(file.read(at));
        findings.frame(file, directory.extents(), at);
        if (!findings.isEmpty()) {
            return;
        }
        findings.require(
                directory.namespace().equals(row.namespace())
                        && directory.firstSeq() == row.firstSeq()
                        && directory.lastSeq() == row.lastSeq()
                        && directory.count() == row.count(),
                at.offset(),
                "the directory says other than the row of the segment");
        Map<Integer, byte[]> persons = bodies(directory);
        if (findings.isEmpty()) {
            persons(directory, persons);
            clients(directory);
        }
    }

    /** @return key ids of the slots that hold something of a person */
    private Map<Integer, byte[]> bodies(BodiesDirectory directory) throws IOException {
        var persons = new HashMap<Integer, byte[]>();
        int next = 0;
        for (int number = 0; number < directory.bodies().count(); number++) {
            Extent extent = directory.bodies().block(number);
            for (BodyBlock.Slot slot : BodyBlock.decode(file.read(extent))) {
                if (slot.number() != next) {
                    findings.add(extent.offset(), "the bodies are not in order");
                    return persons;
                }
                next++;
                body(slot, extent, persons);
            }
        }
        findings.require(next == row.count(), Blocks.HEADER, "there are %d bodies".formatted(next));
        return persons;
    }

    private void body(BodyBlock.Slot slot, Extent extent, Map<Integer, byte[]> persons) {
        boolean erased = slot.body().length == 0;
        boolean noKey = Arrays.equals(slot.keyId(), new byte[BodyBlock.KEY_ID]);
        if (erased) {
            findings.require(noKey, extent.offset(), "slot %d has a key and no body".formatted(slot.number()));
            return;
        }
        if (evidence == null) {
            return;
        }
        if (!evidence.sealed.get(slot.number())) {
            findings.add(extent.offset(), "slot %d holds a body that no record names".formatted(slot.number()));
            return;
        }
        int at = slot.number() * Hashing.SIZE;
        findings.require(
                Arrays.equals(
                        Hashing.sha256(slot.body()), Arrays.copyOfRange(evidence.bodyDigests, at, at + Hashing.SIZE)),
                extent.offset(),
                "the body of slot %d is not the one that its record names".formatted(slot.number()));
        if (evidence.personal.get(slot.number())) {
            persons.put(slot.number(), slot.keyId());
        }
    }

    private void persons(BodiesDirectory directory, Map<Integer, byte[]> persons) throws IOException {
        if (evidence == null) {
            return;
        }
        var met = new BitSet();
        IndexCheck.walk(file, directory.persons(), findings, (key, slot) -> {
            boolean fits = Arrays.equals(key, persons.get(slot)) && !met.get(slot);
            if (fits) {
                met.set(slot);
            }
            return fits;
        });
        findings.require(
                met.cardinality() == persons.size(),
                directory.persons().offset(),
                "the index does not hold every person's records");
    }

    private void clients(BodiesDirectory directory) throws IOException {
        var met = new BitSet();
        IndexCheck.walk(file, directory.clients(), findings, (key, slot) -> {
            boolean fits = slot >= 0 && slot < row.count() && !met.get(slot);
            if (fits) {
                met.set(slot);
            }
            return fits;
        });
    }
}
