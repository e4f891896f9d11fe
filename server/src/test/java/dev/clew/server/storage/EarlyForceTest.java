package dev.clew.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EarlyForceTest {
    private final Blocking blocking = new Blocking("files", 2, 16);
    private final ByteArrayOutputStream file = new ByteArrayOutputStream();
    private final AtomicInteger forces = new AtomicInteger();

    @AfterEach
    void stop() {
        blocking.close();
    }

    @Test
    void forcesOncePerStretchAndNeverTwiceAtATime() throws Exception {
        var first = new CountDownLatch(1);
        var stream = new EarlyForce(
                file,
                10,
                () -> {
                    forces.incrementAndGet();
                    awaited(first);
                    return true;
                },
                blocking);
        stream.write(new byte[9]);
        assertThat(forces).hasValue(0);
        stream.write(new byte[35]);
        stream.write(new byte[20]);
        first.countDown();
        stream.close();
        assertThat(forces).hasValue(1);
        assertThat(file.size()).isEqualTo(64);
    }

    @Test
    void aFailedForceIsNotRepeatedAndFailsTheStream() throws Exception {
        var failed = new CountDownLatch(1);
        var stream = new EarlyForce(
                file,
                10,
                () -> {
                    forces.incrementAndGet();
                    failed.countDown();
                    throw new IOException("the disk is gone");
                },
                blocking);
        stream.write(new byte[10]);
        awaited(failed);
        stream.write(new byte[10]);
        stream.write(new byte[10]);
        assertThatThrownBy(stream::close).isInstanceOf(IOException.class).hasMessage("the disk is gone");
        assertThat(forces).hasValue(1);
    }

    private static void awaited(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
