package dev.clew.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How long guesses of passwords have to wait. */
class SignInsTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-03-02T10:00:00Z"));
    private final SignIns signIns = new SignIns(now::get);

    private void pass(long seconds) {
        now.updateAndGet(instant -> instant.plusSeconds(seconds));
    }

    private boolean mayTry(String name, String address) {
        try {
            signIns.require(name, address);
            return true;
        } catch (ClewException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            return false;
        }
    }

    @Test
    void fiveAMinuteForAName() {
        for (int i = 0; i < SignIns.PER_NAME; i++) {
            assertThat(mayTry("dora", "10.0.0." + i)).isTrue();
            signIns.failed("dora", "10.0.0." + i);
        }
        assertThatThrownBy(() -> signIns.require("dora", "10.0.0.9")).hasMessageContaining("in 12 seconds");
        assertThat(mayTry("abel", "10.0.0.9")).isTrue();
        pass(12);
        assertThat(mayTry("dora", "10.0.0.9")).isTrue();
        signIns.failed("dora", "10.0.0.9");
        assertThat(mayTry("dora", "10.0.0.9")).isFalse();
        pass(60);
        assertThat(mayTry("dora", "10.0.0.9")).isTrue();
    }

    @Test
    void thirtyAMinuteFromAnAddress() {
        for (int i = 0; i < SignIns.PER_ADDRESS; i++) {
            assertThat(mayTry("user-" + i, "10.0.0.1")).isTrue();
            signIns.failed("user-" + i, "10.0.0.1");
        }
        assertThat(mayTry("user-99", "10.0.0.1")).isFalse();
        assertThat(mayTry("user-99", "10.0.0.2")).isTrue();
        pass(2);
        assertThat(mayTry("user-99", "10.0.0.1")).isTrue();
    }

    @Test
    void aRightOneForgetsTheNamesFailures() {
        for (int i = 0; i < SignIns.PER_NAME; i++) {
            signIns.failed("dora", "10.0.0.1");
        }
        signIns.succeeded("dora");
        assertThat(mayTry("dora", "10.0.0.1")).isTrue();
    }

    @Test
    void whoeverGuessesMemoryIsBoundedAndSoAreTheGuesses() {
        for (int i = 0; i < 10_000; i++) {
            signIns.failed("name-" + i, "address-" + i);
        }
        // More than are kept apart: the rest has one allowance together.
        int tried = 0;
        while (mayTry("other-" + tried, "elsewhere-" + tried)) {
            signIns.failed("other-" + tried, "elsewhere-" + tried);
            tried++;
        }
        assertThat(tried).isEqualTo(SignIns.PER_NAME);
        assertThat(mayTry("name-7", "address-7"))
                .as("it has an allowance of its own")
                .isTrue();
        pass(60);
        assertThat(mayTry("other-99", "elsewhere-99")).isTrue();
    }
}
