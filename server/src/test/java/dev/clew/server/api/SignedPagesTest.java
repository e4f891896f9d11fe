package dev.clew.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.server.common.ClewException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class SignedPagesTest {
    private static final byte[] DIGEST = new byte[32];
    private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");

    private Instant now = NOW;

    private final SignedPages pages = new SignedPages(bytes -> hmac("here", bytes), () -> now);

    @Test
    void aSignedPathOpensItsFileUntilItEnds() {
        var signed = pages.sign("html", DIGEST);
        assertThat(signed.until()).isEqualTo(NOW.plus(Duration.ofMinutes(5)));
        assertThat(check(pages, signed.path())).isEqualTo(DIGEST);
        now = NOW.plus(Duration.ofMinutes(5)).minusMillis(1);
        assertThat(check(pages, signed.path())).isEqualTo(DIGEST);
        now = NOW.plus(Duration.ofMinutes(5));
        assertThatThrownBy(() -> check(pages, signed.path())).hasMessageContaining("has ended");
    }

    @Test
    void noPartOfAPathCanBeChanged() {
        String path = pages.sign("html", DIGEST).path();
        List<String> forged = new ArrayList<>();
        for (int i = "/usercontent/".length(); i < path.length(); i++) {
            if (path.charAt(i) != '/') {
                char other = path.charAt(i) == '0' ? '1' : '0';
                forged.add(path.substring(0, i) + other + path.substring(i + 1));
            }
        }
        forged.add(path.substring(0, path.length() - 1));
        forged.add(path + "0");
        forged.add(path.toUpperCase(java.util.Locale.ROOT).replace("/USERCONTENT/", "/usercontent/"));
        assertThat(forged)
                .hasSizeGreaterThan(100)
                .allSatisfy(each -> assertThatThrownBy(() -> check(pages, each))
                        .as(each)
                        .isInstanceOf(ClewException.class)
                        .hasMessageContaining("did not make this address"));
    }

    @Test
    void anotherServersPathOpensNothing() {
        var other = new SignedPages(bytes -> hmac("there", bytes), () -> now);
        assertThatThrownBy(() -> check(pages, other.sign("html", DIGEST).path()))
                .hasMessageContaining("did not make this address");
    }

    private static byte[] check(SignedPages pages, String path) {
        String[] parts = path.split("/", -1);
        assertThat(parts).as(Arrays.toString(parts)).hasSize(6);
        return pages.check(parts[2], parts[3], parts[4], parts[5]);
    }

    private static byte[] hmac(String key, byte[] bytes) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(java.nio.charset.StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
