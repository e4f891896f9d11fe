package dev.clew.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How long browsers stay signed in. */
class SessionsTest {
    private static final Duration IDLE = Duration.ofMinutes(30);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-03-02T10:00:00Z"));
    private final Sessions sessions = new Sessions(new SecureRandom(), now::get);

    private void pass(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }

    @Test
    void endWhenNothingIsAskedForHalfAnHour() {
        String secret = sessions.begin("usr:ann", null, IDLE);
        pass(IDLE);
        assertThat(sessions.find(secret)).isPresent();
        pass(IDLE);
        assertThat(sessions.find(secret)).as("it was used").isPresent();
        pass(IDLE.plusMillis(1));
        assertThat(sessions.find(secret)).isEmpty();
        assertThat(sessions.all()).isEmpty();
    }

    @Test
    void endAfterTwelveHoursHoweverMuchTheyAreUsed() {
        String secret = sessions.begin("usr:ann", null, IDLE);
        for (int i = 0; i < 24; i++) {
            pass(IDLE);
            assertThat(sessions.find(secret)).as("half hour %d", i + 1).isPresent();
        }
        pass(Duration.ofMillis(1));
        assertThat(sessions.find(secret)).isEmpty();
    }

    @Test
    void aSixthTakesThePlaceOfTheOneThatRestedLongest() {
        List<String> secrets = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            secrets.add(sessions.begin("usr:ann", null, IDLE));
            pass(Duration.ofMinutes(1));
        }
        String other = sessions.begin("usr:bob", null, IDLE);
        assertThat(sessions.find(secrets.getFirst())).isPresent();
        String sixth = sessions.begin("usr:ann", null, IDLE);
        assertThat(sessions.find(secrets.get(1))).isEmpty();
        assertThat(sessions.find(secrets.getFirst())).isPresent();
        assertThat(sessions.find(sixth)).isPresent();
        assertThat(sessions.find(other)).isPresent();
        sessions.endAll("usr:ann");
        assertThat(sessions.all()).hasSize(1);
    }
}
