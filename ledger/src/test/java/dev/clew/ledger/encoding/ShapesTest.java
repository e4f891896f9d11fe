package dev.clew.ledger.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.ledger.Vectors;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules beyond the CBOR profile: what entries, records, lists and bodies must look like. */
class ShapesTest {
    private static final byte[] ID = new byte[16];
    private static final byte[] HASH = new byte[32];

    private static Submission.Builder entry(String act) {
        return Submission.of(act, "usr:a", ID).namespace("acme");
    }

    @Test
    void aLeafHoldsWhatALeafHoldsAndNothingElse() {
        entry("run.log").build().requireLeaf();
        entry("record.batch").batch(new BatchRef(1, HASH)).build().requireLeaf();
        for (Submission.Builder wrong : List.of(
                Submission.of("run.log", "usr:a", ID),
                entry("record.batch"),
                entry("run.log").batch(new BatchRef(1, HASH)),
                entry("record.batch").batch(new BatchRef(1, HASH)).newDigest(HASH),
                entry("run.log").oldDigest(HASH))) {
            byte[] bytes = new Leaf(0, 0, wrong.build().encode()).encode();
            assertThatThrownBy(() -> Leaf.decode(bytes).decodeSubmission()).isInstanceOf(CborException.class);
        }
    }

    @Test
    void anInnerRecordHoldsWhatARecordHoldsAndNothingElse() {
        Submission.of("decision.record", "svc:a", ID).scope(1L).build().requireInner();
        for (Submission.Builder wrong : List.of(
                Submission.of("decision.record", "svc:a", ID),
                entry("decision.record").scope(1L),
                Submission.of("decision.record", "svc:a", ID).scope(1L).resource("run", ID),
                Submission.of("decision.record", "svc:a", ID).scope(1L).newDigest(HASH))) {
            byte[] bytes = new InnerRecord(0, 0, wrong.build().encode()).encode();
            assertThatThrownBy(() -> InnerRecord.decode(bytes).decodeSubmission())
                    .isInstanceOf(CborException.class);
        }
    }

    @Test
    void refusesSizesOutOfBounds() {
        assertThatThrownBy(() -> entry("a".repeat(97)).build()).isInstanceOf(CborException.class);
        assertThatThrownBy(() -> entry("").build()).isInstanceOf(CborException.class);
        assertThatThrownBy(() -> entry("a").why("w".repeat(65)).build()).isInstanceOf(CborException.class);
        assertThatThrownBy(() -> Submission.of("a", "w", new byte[15]).build()).isInstanceOf(CborException.class);
        assertThatThrownBy(() -> new ResourceRef("run", new byte[15])).isInstanceOf(CborException.class);
        assertThatThrownBy(() -> new EntryRef("of", "run", new byte[33], null)).isInstanceOf(CborException.class);
        assertThatThrownBy(() -> new BatchRef(4_097, HASH)).isInstanceOf(CborException.class);
        assertThatThrownBy(() -> new BodyRef("t", 0, HASH, 1, HASH, null)).isInstanceOf(CborException.class);
        assertThatThrownBy(() -> new BodyRef("t", 2, HASH, 1, HASH, null)).isInstanceOf(CborException.class);
        List<EntryRef> tooMany = java.util.Collections.nCopies(33, new EntryRef("of", "run", ID, null));
        assertThatThrownBy(() -> entry("a").refs(tooMany).build()).isInstanceOf(CborException.class);
        assertThatThrownBy(() -> new Leaf(0, 0, new byte[65_530]).encode())
                .isInstanceOf(CborException.class)
                .hasMessageContaining("65535");
    }

    @Test
    void refusesUnknownKeysAndEmptyLists() {
        CborWriter unknown = new CborWriter(CborProfile.LEAF);
        unknown.mapHead(4)
                .uint(2)
                .text("a")
                .uint(3)
                .text("w")
                .uint(7)
                .bytes(ID)
                .uint(17)
                .uint(1);
        assertThatThrownBy(() -> Submission.decode(unknown.toByteArray())).hasMessageContaining("key 17 is unknown");
        CborWriter empty = new CborWriter(CborProfile.LEAF);
        empty.mapHead(4)
                .uint(2)
                .text("a")
                .uint(3)
                .text("w")
                .uint(7)
                .bytes(ID)
                .uint(11)
                .arrayHead(0);
        assertThatThrownBy(() -> Submission.decode(empty.toByteArray())).isInstanceOf(CborException.class);
    }

    @Test
    void aChangeListIsSortedAndHoldsARowOnce() {
        ChangeList.Builder twice =
                new ChangeList.Builder().put(7, List.of(ID), HASH).delete(7, List.of(ID));
        assertThatThrownBy(twice::build).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new ChangeList.Builder().build()).isInstanceOf(IllegalStateException.class);
        byte[] good = new ChangeList.Builder()
                .delete(8, List.of("b"))
                .delete(8, ChangeList.key(List.of("a")))
                .bulkDeleted(300, 17)
                .build()
                .bytes();
        assertThat(ChangeList.decode(good)).hasSize(3);
        CborWriter unsorted = new CborWriter(CborProfile.VALUE);
        unsorted.arrayHead(2)
                .arrayHead(3)
                .uint(8)
                .arrayHead(1)
                .text("b")
                .nil()
                .arrayHead(3)
                .uint(8)
                .arrayHead(1)
                .text("a")
                .nil();
        assertThatThrownBy(() -> ChangeList.decode(unsorted.toByteArray())).isInstanceOf(CborException.class);
        assertThatThrownBy(() -> ChangeList.decode(new byte[] {(byte) 0x80})).isInstanceOf(CborException.class);
    }

    @Test
    void aSealedBodyOpensOnlyWithItsKeyAndUnaltered() {
        byte[] key = Vectors.hex("11".repeat(32));
        byte[] n = Vectors.hex("22".repeat(32));
        SealedBody sealed = SealedBody.seal(key, n, "decision/1", Vectors.ascii("secret"));
        assertThat(SealedBody.open(n, sealed.ref(), sealed.ciphertext())).isEmpty();
        byte[] altered = sealed.ciphertext().clone();
        altered[0] ^= 1;
        assertThat(SealedBody.open(key, sealed.ref(), altered)).isEmpty();
        BodyRef otherType = new BodyRef(
                "feedback/1",
                2,
                sealed.ref().commit(),
                6,
                sealed.ref().ciphertextDigest(),
                sealed.ref().n());
        assertThat(SealedBody.open(key, otherType, sealed.ciphertext())).isEmpty();
        assertThat(SealedBody.seal(key, n, "decision/1", Vectors.ascii("secret"))
                        .ciphertext())
                .isEqualTo(sealed.ciphertext());
    }

    @Test
    void aTagScanFindsExactlyThePersonsEntries() {
        byte[] tagKey = SubjectTags.tagKey(Vectors.hex("11".repeat(32)));
        byte[] stranger = SubjectTags.tagKey(Vectors.hex("33".repeat(32)));
        byte[] n = Vectors.hex("22".repeat(32));
        assertThat(SubjectTags.tag(tagKey, n)).hasSize(16).isNotEqualTo(SubjectTags.tag(stranger, n));
        assertThat(SubjectTags.tag(tagKey, n)).isNotEqualTo(SubjectTags.tag(tagKey, new byte[32]));
    }

    @Test
    void erasuresAndRedactionsSurviveEncoding() {
        ErasureBody erasure = new ErasureBody(
                List.of(
                        new ErasureBody.Place(3, ErasureBody.Place.OWN),
                        new ErasureBody.Place(4, 0),
                        new ErasureBody.Place(4, 7)),
                "gdpr-17",
                5,
                6);
        assertThat(ErasureBody.decode(erasure.encode())).isEqualTo(erasure);
        ErasureBody unsorted =
                new ErasureBody(List.of(new ErasureBody.Place(4, 0), new ErasureBody.Place(3, 0)), "x", 1, 1);
        assertThatThrownBy(() -> ErasureBody.decode(unsorted.encode())).isInstanceOf(CborException.class);
        RedactionBody redaction = new RedactionBody(9, HASH, "court");
        assertThat(RedactionBody.decode(redaction.encode())).isEqualTo(redaction);
    }

    @Test
    void aDeletedRecordKeepsItsHash() {
        List<RecordsBlob.Slot> slots =
                List.of(RecordsBlob.Slot.of(new byte[] {1, 2}), new RecordsBlob.Slot(null, HASH));
        List<RecordsBlob.Slot> decoded = RecordsBlob.decode(RecordsBlob.encode(slots));
        assertThat(decoded.get(0).hash()).isEqualTo(slots.get(0).hash());
        assertThat(decoded.get(1).record()).isNull();
        assertThat(decoded.get(1).hash()).isEqualTo(HASH);
        byte[] cut = java.util.Arrays.copyOf(RecordsBlob.encode(slots), 20);
        assertThatThrownBy(() -> RecordsBlob.decode(cut)).isInstanceOf(CborException.class);
    }

    @Test
    void everyActHasOneCode() {
        assertThat(Act.values()).extracting(Act::text).doesNotHaveDuplicates();
        for (Act act : Act.values()) {
            assertThat(Act.parse(act.text())).contains(act);
        }
        assertThat(Act.parse("run.fly")).isEmpty();
        assertThat(Act.DECISION_RECORD.isInner()).isTrue();
        assertThat(Act.RECORD_BATCH.isInner()).isFalse();
    }
}
