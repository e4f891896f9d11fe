package dev.clew.statistics.estimation;

import java.util.Arrays;

/**
 * numpy's {@code RandomState}: the 32-bit Mersenne twister (Matsumoto and Nishimura 1998) with its seeding, bounded draws and shuffle.
 *
 * <p>Only here to cut folds as scikit-learn does, so that a decision that NannyML takes on them is taken alike. Confined to one thread.
 */
final class NumpyRandom {
    private static final int SIZE = 624;
    private static final int SHIFT = 397;

    private final int[] key = new int[SIZE];
    private int position = SIZE;

    NumpyRandom(int seed) {
        int next = seed;
        for (int i = 0; i < SIZE; i++) {
            key[i] = next;
            next = 1_812_433_253 * (next ^ (next >>> 30)) + i + 1;
        }
    }

    private int next() {
        if (position == SIZE) {
            for (int i = 0; i < SIZE; i++) {
                int joined = (key[i] & 0x80000000) | (key[(i + 1) % SIZE] & 0x7fffffff);
                key[i] = key[(i + SHIFT) % SIZE] ^ (joined >>> 1) ^ (-(joined & 1) & 0x9908b0df);
            }
            position = 0;
        }
        int y = key[position++];
        y ^= y >>> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >>> 18);
    }

    /** Uniform in [0, most]: draws under the smallest mask of ones until one fits. */
    private int upTo(int most) {
        int mask = -1 >>> Integer.numberOfLeadingZeros(most);
        while (true) {
            int value = next() & mask;
            if (value <= most) {
                return value;
            }
        }
    }

    void shuffle(int[] values) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = upTo(i);
            int swap = values[i];
            values[i] = values[j];
            values[j] = swap;
        }
    }

    /** The numbers below count in random order. */
    int[] permutation(int count) {
        int[] values = new int[count];
        Arrays.setAll(values, i -> i);
        shuffle(values);
        return values;
    }
}
