package dev.clew.e2e.ledger;

import dev.clew.ledger.encoding.CanonicalText;
import dev.clew.ledger.proof.TlogProof;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Changes to bytes and bundles, drawn from a seed: blind ones, and ones that keep the outer form and lie inside. */
final class Mutations {
    private final Random random;

    Mutations(long seed) {
        random = new Random(seed);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    <T> T oneOf(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** Flips, replaces, inserts, removes, cuts or repeats some bytes. */
    byte[] bytes(byte[] good) {
        if (good.length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        int at = random.nextInt(good.length);
        byte[] bad = good.clone();
        switch (random.nextInt(6)) {
            case 0, 1 -> bad[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> bad[at] = (byte) random.nextInt(256);
            case 3 -> bad = splice(good, at, at, new byte[] {(byte) random.nextInt(256)});
            case 4 -> bad = splice(good, at, Math.min(good.length, at + 1 + random.nextInt(4)), new byte[0]);
            default -> bad = Arrays.copyOf(good, at);
        }
        return bad;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] between) {
        byte[] out = new byte[bytes.length - (to - from) + between.length];
        System.arraycopy(bytes, 0, out, 0, from);
        System.arraycopy(between, 0, out, from, between.length);
        System.arraycopy(bytes, to, out, from + between.length, bytes.length - to);
        return out;
    }

    /** Changes a bundle; {@code other} is a good bundle to take parts from. */
    byte[] bundle(TlogProof good, TlogProof other) {
        String text = good.toString();
        List<String> lines = new ArrayList<>(text.lines().toList());
        int at = random.nextInt(lines.size());
        switch (random.nextInt(12)) {
            case 0, 1 -> {
                return bytes(utf8(text));
            }
            case 2, 3, 4 -> {
                byte[] extra = good.extra();
                return utf8(new TlogProof(
                                extra == null ? new byte[0] : bytes(extra), good.index(), good.path(), good.note())
                        .toString());
            }
            case 5 -> {
                return utf8(new TlogProof(good.extra(), good.index(), good.path(), other.note()).toString());
            }
            case 6 -> {
                return utf8(new TlogProof(other.extra(), good.index(), good.path(), good.note()).toString());
            }
            case 7 -> {
                List<byte[]> path = new ArrayList<>(good.path());
                if (path.isEmpty() || random.nextBoolean()) {
                    path.add(new byte[32]);
                } else if (random.nextBoolean()) {
                    path.removeLast();
                } else {
                    path.set(random.nextInt(path.size()), bytes32());
                }
                return utf8(new TlogProof(good.extra(), good.index(), path, good.note()).toString());
            }
            case 8 -> lines.remove(at);
            case 9 -> lines.add(at, lines.get(random.nextInt(lines.size())));
            case 10 -> Collections.swap(lines, at, random.nextInt(lines.size()));
            default -> lines.set(at, spelledOtherwise(lines.get(at)));
        }
        return utf8(String.join("\n", lines) + "\n");
    }

    private byte[] bytes32() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return bytes;
    }

    private String spelledOtherwise(String line) {
        return switch (random.nextInt(6)) {
            case 0 -> line + " ";
            case 1 -> line.replace("=", "");
            case 2 -> line.replaceFirst("([0-9]+)", "0$1");
            case 3 -> line + "\r";
            case 4 -> line.toLowerCase(java.util.Locale.ROOT);
            default -> CanonicalText.base64(bytes32());
        };
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
