package dev.clew.server.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an address that a person gave, and who answers there, may do to the server. */
class SafePostTest {
    private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);

    private final CountDownLatch over = new CountDownLatch(1);
    private ServerSocket other;

    /** The other side of one connection. */
    private interface Behaviour {
        void with(Socket socket) throws Exception;
    }

    @BeforeEach
    void open() throws IOException {
        other = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        over.countDown();
        other.close();
    }

    private SafePost.Answer post(String scheme, SafePost post, Behaviour behaviour) throws Exception {
        Thread.ofVirtual().start(() -> {
            try (Socket socket = other.accept()) {
                behaviour.with(socket);
            } catch (Exception e) {
                over.countDown();
            }
        });
        return post.post("%s://127.0.0.1:%d/".formatted(scheme, other.getLocalPort()), Map.of(), BODY);
    }

    private static SafePost patient(Duration total) {
        return new SafePost(Set.of("http", "https"), true, total);
    }

    /** One byte now and then, for as long as somebody reads. */
    private void drip(OutputStream out, byte[] bytes) throws Exception {
        for (int i = 0; !over.await(50, TimeUnit.MILLISECONDS); i++) {
            out.write(bytes[i % bytes.length]);
            out.flush();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://10.1.2.3/",
                        "http://169.254.169.254/latest",
                "http://192.168.0.1/", "http://172.16.0.1/", "http://100.64.0.1/", "http://0.0.0.0/",
                        "http://[::ffff:127.0.0.1]/",
                "http://[fd00::1]/", "http://[fe80::1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
                        "http://224.0.0.1/"
            })
    void hostsOfThisMachineAndOfPrivateNetworksAreNotCalled(String url) {
        assertThatThrownBy(() -> new SafePost(Set.of("http"), false).check(url))
                .isInstanceOf(SafePost.Refused.class)
                .hasMessageContaining("not public");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://1.1.1.1/",
                "file:///etc/passwd",
                "http://user:secret@1.1.1.1/",
                "http://1.1.1.1:22/",
                "http:///path",
                "http://1.1.1.1/#part",
                "http://1.1.1.1/\r\nHost: x",
                "nonsense"
            })
    void addressesOfAnotherShapeAreNotCalled(String url) {
        assertThatThrownBy(() -> new SafePost(Set.of("http"), false).check(url)).isInstanceOf(SafePost.Refused.class);
    }

    private static Behaviour answering(String text) {
        return socket -> {
            var request = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String line = request.readLine();
            while (line != null && !line.isEmpty()) {
                line = request.readLine();
            }
            assertThat(request.read(new char[BODY.length])).isEqualTo(BODY.length);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        };
    }

    @Test
    void readsAnAnswerWithAndWithoutChunks() throws Exception {
        SafePost patient = patient(Duration.ofSeconds(10));
        assertThat(post("http", patient, answering("HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok")))
                .isEqualTo(new SafePost.Answer(201, "ok"));
        String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nok\r\n1\r\n!\r\n0\r\n\r\n";
        assertThat(post("http", patient, answering(chunked))).isEqualTo(new SafePost.Answer(200, "ok!"));
    }

    @Test
    void anAnswerThatDripsInEndsWithTheTime() {
        assertThatThrownBy(() -> post("http", patient(Duration.ofSeconds(1)), socket -> {
                    socket.getOutputStream().write("HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.US_ASCII));
                    drip(socket.getOutputStream(), new byte[] {'a'});
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("The other side took longer than 1 s");
    }

    @Test
    void aHandshakeThatDripsInEndsWithTheTime() {
        // A TLS record of 16 KiB whose bytes come one by one.
        byte[] record = {22, 3, 3, 0x40, 0, 2, 0, 0x3f, (byte) 0xfc};
        assertThatThrownBy(() -> post("https", patient(Duration.ofSeconds(1)), socket -> {
                    socket.getOutputStream().write(record);
                    drip(socket.getOutputStream(), new byte[] {0});
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("The other side took longer than 1 s");
    }

    @Test
    void headersWithoutEndAreNotRead() {
        assertThatThrownBy(() -> post("http", patient(Duration.ofSeconds(10)), socket -> {
                    OutputStream out = socket.getOutputStream();
                    out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
                    byte[] header = ("X: " + "a".repeat(1_000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
                    while (true) {
                        out.write(header);
                    }
                }))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("endless headers");
    }
}
