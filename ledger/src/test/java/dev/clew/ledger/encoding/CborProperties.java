package dev.clew.ledger.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Laws of the codec over random values and random bytes. */
class CborProperties {
    private static @Nullable Object value(Random random, int depth, boolean isLeafProfile) {
        int kind = random.nextInt(depth == 0 ? 6 : 8);
        return switch (kind) {
            case 0 -> random.nextLong() >>> random.nextInt(64) & Long.MAX_VALUE;
            case 1 ->
                isLeafProfile ? (Object) random.nextBoolean() : (Object) (random.nextLong() >> random.nextInt(64));
            case 2 -> isLeafProfile ? null : Double.longBitsToDouble(random.nextLong());
            case 3 -> text(random);
            case 4 -> bytes(random);
            case 5 -> random.nextInt(3) == 0 ? null : (Object) random.nextBoolean();
            case 6 -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    list.add(value(random, depth - 1, isLeafProfile));
                }
                yield list;
            }
            default -> {
                Map<Long, Object> map = new TreeMap<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    Object item = value(random, depth - 1, isLeafProfile);
                    map.put((long) random.nextInt(1 << random.nextInt(1, 20)), item == null ? "" : item);
                }
                yield map;
            }
        };
    }

    private static String text(Random random) {
        StringBuilder out = new StringBuilder();
        for (int i = random.nextInt(1 << random.nextInt(9)); i > 0; i--) {
            int c = random.nextInt(4) == 0 ? random.nextInt(0x110000) : random.nextInt(0x80);
            out.appendCodePoint(c >= 0xd800 && c < 0xe000 ? 'x' : c);
        }
        return out.toString();
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(1 << random.nextInt(10))];
        random.nextBytes(bytes);
        return bytes;
    }

    @Property(tries = 2_000, seed = "1")
    void decodingGivesBackWhatWasEncoded(@ForAll Random random) {
        for (CborProfile profile : CborProfile.values()) {
            Object value = value(random, CborProfile.MAX_DEPTH - 1, profile == CborProfile.LEAF);
            byte[] encoded = new CborWriter(profile).value(value).toByteArray();
            CborReader.check(profile, encoded);
            Object decoded = CborReader.decode(profile, encoded);
            assertThat(new CborWriter(profile).value(decoded).toByteArray()).isEqualTo(encoded);
        }
    }

    @Property(tries = 20_000, seed = "2")
    void whateverIsAcceptedIsTheOneEncodingOfItsValue(@ForAll Random random) {
        byte[] bytes =
                new CborWriter(CborProfile.VALUE).value(value(random, 4, false)).toByteArray();
        for (int i = random.nextInt(3); i >= 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        Object decoded;
        try {
            decoded = CborReader.decode(CborProfile.VALUE, bytes);
        } catch (CborException e) {
            assertThatThrownBy(() -> CborReader.check(CborProfile.VALUE, bytes)).isInstanceOf(CborException.class);
            return;
        }
        CborReader.check(CborProfile.VALUE, bytes);
        CborWriter again = new CborWriter(CborProfile.VALUE);
        write(again, decoded);
        assertThat(again.toByteArray()).isEqualTo(bytes);
    }

    /** As {@link CborWriter#value}, but keeps map entries that are null. */
    private static void write(CborWriter out, @Nullable Object value) {
        if (value instanceof List<?> list) {
            out.arrayHead(list.size());
            list.forEach(item -> write(out, item));
        } else if (value instanceof Map<?, ?> map) {
            out.mapHead(map.size());
            map.forEach((key, item) -> {
                out.value(key);
                write(out, item);
            });
        } else {
            out.value(value);
        }
    }

    @Property(tries = 2_000, seed = "3")
    void submissionsSurviveEncoding(@ForAll Random random) {
        Submission submission = Submission.of(
                        "a" + text(random).replaceAll("(?s)^(.{0,90}).*", "$1"), "w" + text(random), id(random, 16))
                .namespace(random.nextBoolean() ? text(random) : null)
                .onBehalfOf(random.nextBoolean() ? text(random) : null)
                .resource(
                        random.nextBoolean()
                                ? new ResourceRef(text(random), id(random, 16 + random.nextInt(17)))
                                : null)
                .why(random.nextBoolean() ? "fix" : null)
                .oldDigest(random.nextBoolean() ? id(random, 32) : null)
                .newDigest(random.nextBoolean() ? id(random, 32) : null)
                .body(random.nextBoolean() ? body(random) : null)
                .tags(random.nextBoolean() ? List.of(id(random, 16), id(random, 16)) : List.of())
                .refs(random.nextBoolean() ? List.of(ref(random), ref(random)) : List.of())
                .clientMicros(random.nextBoolean() ? random.nextLong(Long.MAX_VALUE) : null)
                .signature(
                        random.nextBoolean()
                                ? new SubmitterSignature(text(random), bytes(random), bytes(random))
                                : null)
                .batch(random.nextBoolean() ? new BatchRef(1 + random.nextInt(4_096), id(random, 32)) : null)
                .scope(random.nextBoolean() ? random.nextLong(Long.MAX_VALUE) : null)
                .build();
        byte[] encoded = submission.encode();
        CborReader.check(CborProfile.LEAF, encoded);
        assertThat(Submission.decode(encoded)).isEqualTo(submission);
        assertThat(Submission.decode(encoded).encode()).isEqualTo(encoded);
        byte[] unsigned = submission.signedBytes();
        assertThat(unsigned).startsWith("clew/sub/v1\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(Submission.decode(java.util.Arrays.copyOfRange(unsigned, 12, unsigned.length))
                        .signature())
                .isNull();
    }

    private static byte[] id(Random random, int length) {
        byte[] id = new byte[length];
        random.nextBytes(id);
        return id;
    }

    private static BodyRef body(Random random) {
        int form = random.nextInt(3);
        return new BodyRef(
                text(random),
                form,
                id(random, 32),
                random.nextInt(1 << 20),
                form == 2 ? id(random, 32) : null,
                form == 2 ? id(random, 32) : null);
    }

    private static EntryRef ref(Random random) {
        return new EntryRef(text(random), text(random), id(random, 20), random.nextBoolean() ? id(random, 32) : null);
    }

    @Test
    void refusesDeepNestingAndTakesTheDeepestAllowed() {
        byte[] deepest = new byte[CborProfile.MAX_DEPTH + 1];
        java.util.Arrays.fill(deepest, (byte) 0x81);
        deepest[CborProfile.MAX_DEPTH] = 0;
        CborReader.check(CborProfile.LEAF, deepest);
        byte[] deeper = new byte[CborProfile.MAX_DEPTH + 2];
        java.util.Arrays.fill(deeper, (byte) 0x81);
        deeper[CborProfile.MAX_DEPTH + 1] = 0;
        assertThatThrownBy(() -> CborReader.check(CborProfile.LEAF, deeper)).isInstanceOf(CborException.class);
    }

    @Test
    void refusesHugeCountsWithoutReservingMemory() {
        for (int head : new int[] {0x9b, 0xbb, 0x5b, 0x7b}) {
            byte[] huge = {(byte) head, 0x7f, -1, -1, -1, -1, -1, -1, -1, 0};
            assertThatThrownBy(() -> CborReader.decode(CborProfile.LEAF, huge)).isInstanceOf(CborException.class);
        }
    }

    @Test
    void theWriterRefusesWhatHasNoForm() {
        CborWriter leaf = new CborWriter(CborProfile.LEAF);
        CborWriter value = new CborWriter(CborProfile.VALUE);
        assertThatThrownBy(() -> leaf.integer(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> leaf.float64(1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> value.float64(-0.0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> value.uint(-1)).isInstanceOf(IllegalArgumentException.class);
        for (String broken : List.of("\ud800", "a\udc00", "\ud800\ud800\udc00", "\udc00\ud800")) {
            assertThatThrownBy(() -> value.text(broken)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> value.value(Map.of("name", 1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RowWriter().put(3, 1L).put(3, 2L)).isInstanceOf(IllegalArgumentException.class);
    }
}
