package dev.clew.ledger.encoding;

import static dev.clew.ledger.Vectors.ascii;
import static dev.clew.ledger.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.ledger.Vectors;
import dev.clew.ledger.tree.Hashing;
import dev.clew.ledger.tree.MerkleTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every value of the sections values, bodies, changes, leaves and batch. */
class EncodingVectorsTest {
    private static final byte[] RUN = hex("019b77a3c40070008000000000000010");

    @Test
    void encodesEveryKindOfValue() {
        Map<Integer, Object> values = new LinkedHashMap<>();
        values.put(12, Arrays.asList(null, true, new byte[1]));
        values.put(1, -1);
        values.put(2, -25);
        values.put(3, Long.MIN_VALUE);
        values.put(4, Long.MAX_VALUE);
        values.put(5, 0.0);
        values.put(6, 1.0);
        values.put(7, 0.1);
        values.put(8, Double.NaN);
        values.put(9, Double.POSITIVE_INFINITY);
        values.put(10, Double.MIN_VALUE);
        values.put(11, "\u00c9");
        values.put(13, null);
        byte[] encoded = new CborWriter(CborProfile.VALUE).value(values).toByteArray();
        assertThat(hex(encoded))
                .isEqualTo(Vectors.section("values").get("encoded").asText());
        Object decoded = CborReader.decode(CborProfile.VALUE, encoded);
        assertThat(new CborWriter(CborProfile.VALUE).value(decoded).toByteArray())
                .isEqualTo(encoded);
    }

    @Test
    void refusesWhatIsNotCanonical() {
        JsonNode values = Vectors.section("values");
        values.get("refuse_in_leaves").forEach(item -> {
            assertThatThrownBy(() -> CborReader.check(CborProfile.LEAF, hex(item)))
                    .isInstanceOf(CborException.class);
            CborReader.check(CborProfile.VALUE, hex(item));
        });
        values.get("refuse_everywhere").properties().forEach(item -> {
            for (CborProfile profile : CborProfile.values()) {
                assertThatThrownBy(() -> CborReader.check(profile, hex(item.getValue())))
                        .as(item.getKey())
                        .isInstanceOf(CborException.class);
            }
        });
    }

    @Test
    void sealsAndOpensEveryBody() {
        JsonNode bodies = Vectors.section("bodies");
        int seen = 0;
        for (JsonNode body : bodies) {
            if (!body.has("ek")) {
                continue;
            }
            seen++;
            SealedBody sealed = SealedBody.seal(
                    hex(body.get("key")), hex(body.get("n")), body.get("mt").asText(), hex(body.get("body")));
            assertThat(hex(sealed.ciphertext())).isEqualTo(body.get("ct").asText());
            assertThat(hex(sealed.secret())).isEqualTo(body.get("r").asText());
            assertThat(hex(sealed.ref().commit())).isEqualTo(body.get("commit").asText());
            assertThat(sealed.ref().ciphertextDigest()).isEqualTo(hex(body.get("ctd")));
            assertThat(sealed.ref().size()).isEqualTo(hex(body.get("body")).length);
            assertThat(SealedBody.open(hex(body.get("key")), sealed.ref(), sealed.ciphertext()))
                    .hasValueSatisfying(opened -> assertThat(opened.body()).isEqualTo(hex(body.get("body"))));
        }
        assertThat(seen).isEqualTo(4);
    }

    @Test
    void makesSubjectTagsAndSaltedCommitments() {
        JsonNode bodies = Vectors.section("bodies");
        JsonNode sealed = bodies.get("sealed_json");
        byte[] tagKey = SubjectTags.tagKey(hex(sealed.get("key")));
        assertThat(hex(tagKey)).isEqualTo(bodies.get("k_tag").asText());
        assertThat(hex(SubjectTags.tag(tagKey, hex(sealed.get("n")))))
                .isEqualTo(bodies.get("tag_for_n0").asText());

        JsonNode form1 = bodies.get("form1");
        byte[] text = ascii(form1.get("body_text").asText());
        BodyRef ref = Commitment.saltedRef(hex(form1.get("r")), form1.get("mt").asText(), text);
        assertThat(hex(ref.commit())).isEqualTo(form1.get("commit").asText());
        assertThat(hex(form1.get("r")).length + text.length).isEqualTo(hex(form1.get("stored")).length);
        assertThat(Commitment.matches(ref, hex(form1.get("r")), text)).isTrue();
    }

    @Test
    void digestsRowsBulkRowsAndChangeLists() {
        JsonNode changes = Vectors.section("changes");
        JsonNode row = changes.get("row");
        RowWriter writer = new RowWriter();
        byte[] rowBytes = runRow(writer, 1);
        assertThat(hex(rowBytes)).isEqualTo(row.get("row_bytes").asText());
        byte[] digest = RowDigest.state(7, hex(row.get("salt")), rowBytes);
        assertThat(hex(digest)).isEqualTo(row.get("digest").asText());
        JsonNode bulk = changes.get("bulk");
        assertThat(hex(RowDigest.state(7, hex(bulk.get("salt")), runRow(writer, 0))))
                .isEqualTo(changes.get("previous_row_digest").asText());

        byte[] first =
                writer.reset().put(1, RUN).put(2, "loss").put(3, -1).put(4, 0.5).toByteArray();
        byte[] second = writer.reset()
                .put(1, RUN)
                .put(2, "loss")
                .put(3, 0)
                .put(4, 0.0)
                .put(5, true)
                .toByteArray();
        assertThat(List.of(hex(first), hex(second)))
                .isEqualTo(List.of(
                        bulk.get("rows").get(0).asText(),
                        bulk.get("rows").get(1).asText()));
        byte[] bulkDigest = RowDigest.bulk(300, hex(bulk.get("salt")), List.of(first, second));
        assertThat(hex(bulkDigest)).isEqualTo(bulk.get("digest").asText());
        assertThat(new RowDigest.Bulk(300, hex(bulk.get("salt")))
                        .add(first, 0, first.length)
                        .add(second, 0, second.length)
                        .digest())
                .isEqualTo(bulkDigest);

        ChangeList list = new ChangeList.Builder()
                .bulk(300, 2, bulkDigest)
                .put(7, List.of(RUN), digest)
                .delete(8, List.of(RUN, "lr"))
                .build();
        assertThat(hex(list.bytes())).isEqualTo(changes.get("list").asText());
        assertThat(hex(list.digest())).isEqualTo(changes.get("new").asText());
        assertThat(ChangeList.decode(list.bytes()))
                .extracting(ChangeList.Item::table)
                .containsExactly(7, 8, 300);
    }

    private static byte[] runRow(RowWriter writer, long status) {
        return writer.reset()
                .put(1, RUN)
                .put(2, 3)
                .put(3, "first try")
                .put(4, status)
                .put(5, 1767225600000L)
                .put(6, (String) null)
                .toByteArray();
    }

    @Test
    void decodesAndEncodesEveryLeaf() {
        int seq = 0;
        for (JsonNode vector : Vectors.section("leaves")) {
            byte[] data = hex(vector.get("leaf_data"));
            Leaf leaf = Leaf.decode(data);
            assertThat(leaf.seq()).isEqualTo(seq++);
            assertThat(hex(leaf.submission())).isEqualTo(vector.get("sub").asText());
            assertThat(leaf.encode())
                    .isEqualTo(data)
                    .hasSize(vector.get("bytes").asInt());
            assertThat(leaf.decodeSubmission().encode()).isEqualTo(leaf.submission());
            assertThat(hex(Hashing.leaf(data)))
                    .isEqualTo(vector.get("leaf_hash").asText());
        }
        assertThat(seq).isEqualTo(3);
    }

    @Test
    void buildsTheFirstLeafFromItsParts() {
        JsonNode changes = Vectors.section("changes");
        Submission submission = Submission.of("run.log", "usr:01jz5k8q2v", hex("000102030405060708090a0b0c0d0e0f"))
                .namespace("acme")
                .resource("run", RUN)
                .oldDigest(hex(changes.get("previous_row_digest")))
                .newDigest(hex(changes.get("new")))
                .scope(4L)
                .build();
        assertThat(new Leaf(0, 1767225600000000L, submission.encode()).encode())
                .isEqualTo(hex(Vectors.section("leaves").get(0).get("leaf_data")));
    }

    @Test
    void decodesAndEncodesEveryInnerRecordAndTheirRoot() {
        JsonNode batch = Vectors.section("batch");
        List<byte[]> records = new ArrayList<>();
        for (JsonNode vector : batch.get("inner")) {
            byte[] data = hex(vector.get("record"));
            InnerRecord inner = InnerRecord.decode(data);
            assertThat(inner.index()).isEqualTo(records.size());
            assertThat(hex(inner.submission())).isEqualTo(vector.get("sub").asText());
            assertThat(inner.encode())
                    .isEqualTo(data)
                    .hasSize(vector.get("bytes").asInt());
            assertThat(inner.decodeSubmission().encode()).isEqualTo(inner.submission());
            assertThat(hex(Hashing.sha256(inner.submission())))
                    .isEqualTo(vector.get("record_digest").asText());
            assertThat(hex(Hashing.leaf(data))).isEqualTo(vector.get("hash").asText());
            records.add(data);
        }
        MerkleTree inner = MerkleTree.of(records);
        assertThat(hex(inner.root())).isEqualTo(batch.get("inner_root").asText());
        Submission leaf = Leaf.decode(hex(Vectors.section("leaves").get(2).get("leaf_data")))
                .decodeSubmission();
        assertThat(leaf.batch()).isEqualTo(new BatchRef(3, inner.root()));
        byte[] blob =
                RecordsBlob.encode(records.stream().map(RecordsBlob.Slot::of).toList());
        assertThat(hex(Hashing.sha256(blob)))
                .isEqualTo(batch.get("records_blob_sha256").asText());
    }
}
