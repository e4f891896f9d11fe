package dev.clew.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

/** The form that tokens have, so that old clients take them and scanners find them. */
class TokenTextTest {
    private final SecureRandom random = new SecureRandom();

    @Test
    void fortyCharactersThatEveryClientTakes() {
        var seen = new HashSet<String>();
        for (String prefix :
                new String[] {TokenText.PERSONAL, TokenText.SERVICE, TokenText.BOOTSTRAP, TokenText.ADMIN}) {
            for (int i = 0; i < 100; i++) {
                String token = TokenText.next(prefix, random);
                assertThat(token).startsWith(prefix).matches("clw[a-z]_[A-Za-z0-9]{35}");
                assertThat(TokenText.isWellFormed(token)).isTrue();
                assertThat(seen.add(token)).isTrue();
            }
        }
    }

    @Test
    void aTypoIsNoticedWithoutAServer() {
        String token = TokenText.next(TokenText.PERSONAL, random);
        for (int i = 0; i < token.length(); i++) {
            char other = token.charAt(i) == 'x' ? 'y' : 'x';
            assertThat(TokenText.isWellFormed(token.substring(0, i) + other + token.substring(i + 1)))
                    .as("character %d", i)
                    .isFalse();
        }
        assertThat(TokenText.isWellFormed(token + "x")).isFalse();
        assertThat(TokenText.isWellFormed(token.substring(1))).isFalse();
        assertThat(TokenText.isWellFormed("")).isFalse();
    }
}
