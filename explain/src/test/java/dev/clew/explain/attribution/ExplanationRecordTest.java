package dev.clew.explain.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExplanationRecordTest {
    private static final byte[] D = {1, 2};

    private static ExplanationRecord record(double phi, Set<Flag> flags) {
        var attribution = new Attribution(
                new double[] {0.5},
                new double[][] {{phi}},
                new double[] {1.5},
                new double[] {0.8},
                Method.TREE,
                Semantics.PATH_DEPENDENT,
                OutputSpace.MARGIN,
                0,
                flags);
        return ExplanationRecord.of(
                attribution,
                new Provenance(
                        "1",
                        D,
                        D,
                        D,
                        "x/1",
                        "DOUBLE",
                        "",
                        "",
                        Optional.of(-1L),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
    }

    @Test
    void writesTheCanonicalBytesOfTheFormat() {
        // Map of 16: method 0, semantics 0, space 0, outputs 1, values h'3ff0…', base [0.5], fx [1.5], error 0.0, seed
        // −1, …
        assertThat(HexFormat.of().formatHex(record(1, Set.of(Flag.SINGULAR)).toBytes()))
                .isEqualTo("b0" + "0100" + "0200" + "0300" + "0401" + "05483ff0000000000000"
                        + "0681fb3fe0000000000000" + "0781fb3ff8000000000000" + "08fb0000000000000000"
                        + "0a20" + "0b6131" + "0c420102" + "0d420102" + "0e420102" + "0f63782f31"
                        + "1066444f55424c45" + "16816853494e47554c4152");
    }

    @Test
    void changesItsDigestWithTheLastBitOfAValueAndWithAFlag() {
        String digest = record(1, Set.of()).resultDigest();
        assertThat(record(1, Set.of()).resultDigest()).isEqualTo(digest);
        assertThat(record(Math.nextUp(1.0), Set.of()).resultDigest()).isNotEqualTo(digest);
        assertThat(record(1, Set.of(Flag.SINGULAR)).resultDigest()).isNotEqualTo(digest);
    }

    @Test
    void foldsNegativeZeroAndEveryNan() {
        assertThat(record(-0.0, Set.of()).resultDigest())
                .isEqualTo(record(0.0, Set.of()).resultDigest());
    }
}
