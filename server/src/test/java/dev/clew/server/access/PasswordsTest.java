package dev.clew.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** How passwords are kept. */
class PasswordsTest {
    private static final String RIGHT = "correct horse battery staple";

    @Test
    void argon2idWithASaltOfItsOwn() {
        try (var passwords = new Passwords()) {
            String first = passwords.hash(RIGHT);
            assertThat(first).matches("\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}");
            assertThat(passwords.hash(RIGHT)).isNotEqualTo(first);
            assertThat(passwords.verify(RIGHT, first)).isTrue();
            assertThat(passwords.verify(RIGHT + " ", first)).isFalse();
            assertThat(passwords.verify("Correct horse battery staple", first)).isFalse();
        }
    }

    @Test
    void whoDoesNotExistHasNoPassword() {
        try (var passwords = new Passwords()) {
            assertThat(passwords.verify(RIGHT, null)).isFalse();
            assertThat(passwords.verify("", null)).isFalse();
        }
    }

    @Test
    void fifteenToAHundredAndTwentyEightCharacters() {
        try (var passwords = new Passwords()) {
            for (String wrong : new String[] {"", "fourteen chars", "x".repeat(129)}) {
                assertThatThrownBy(() -> passwords.hash(wrong)).hasMessageContaining("15 to 128 characters");
            }
            assertThat(passwords.verify("ü".repeat(128), passwords.hash("ü".repeat(128))))
                    .isTrue();
        }
    }
}
