package dev.clew.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS with a certificate of our own making and with files, HTTP/2 over it, and plain HTTP beside. */
@Timeout(60)
class TlsTest {
    private static final List<Route> ROUTES = List.of(
            Route.get("/health").open("a probe").handle(exchange -> Answer.text(200, "tls=" + exchange.isTls())));

    @TempDir
    Path keys;

    @Test
    void aGeneratedAuthorityIsTrustedByWhoIsGivenIt() throws Exception {
        try (var server = HttpFixture.start(keys, ROUTES, "http.tls=generated")) {
            assertThat(server.url()).startsWith("https://");
            var answer = get(server, client(HttpClient.Version.HTTP_1_1), "127.0.0.1");
            assertThat(answer.body()).isEqualTo("tls=true");
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThat(get(server, client(HttpClient.Version.HTTP_1_1), "localhost")
                            .statusCode())
                    .isEqualTo(200);
            assertThatThrownBy(() -> get(server, HttpClient.newHttpClient(), "127.0.0.1"))
                    .isInstanceOf(SSLHandshakeException.class);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.resolve("tls.key"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.resolve("tls-ca.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void theAuthorityOutlivesRestartsAndNewNames() throws Exception {
        byte[] authority;
        byte[] leaf;
        try (var _ = HttpFixture.start(keys, ROUTES, "http.tls=generated")) {
            authority = Files.readAllBytes(keys.resolve("tls-ca.pem"));
            leaf = Files.readAllBytes(keys.resolve("tls.pem"));
        }
        try (var _ = HttpFixture.start(keys, ROUTES, "http.tls=generated")) {
            assertThat(keys.resolve("tls.pem")).hasBinaryContent(leaf);
        }
        try (var server = HttpFixture.start(keys, ROUTES, "http.tls=generated", "http.hosts=clew.example")) {
            assertThat(keys.resolve("tls-ca.pem")).hasBinaryContent(authority);
            assertThat(certificate(keys.resolve("tls.pem")).getSubjectAlternativeNames())
                    .anySatisfy(name -> assertThat(name.get(1)).isEqualTo("clew.example"));
            assertThat(get(server, client(HttpClient.Version.HTTP_1_1), "localhost")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void speaksHttp2WhenTheClientDoes() throws Exception {
        try (var server = HttpFixture.start(keys, ROUTES, "http.tls=generated")) {
            var answer = get(server, client(HttpClient.Version.HTTP_2), "localhost");
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.body()).isEqualTo("tls=true");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        }
        try (var server = HttpFixture.start(keys, ROUTES)) {
            var answer = get(
                    server,
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build(),
                    "localhost");
            assertThat(answer.version()).as("no HTTP/2 in the clear").isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThat(answer.body()).isEqualTo("tls=false");
        }
    }

    @Test
    void servesTheFilesItIsGiven() throws Exception {
        Path made = keys.resolve("made");
        try (var server = HttpFixture.start(made, ROUTES, "http.tls=generated")) {
            assertThat(server.url()).startsWith("https://");
        }
        Files.copy(made.resolve("tls-ca.pem"), keys.resolve("tls-ca.pem"));
        try (var server = HttpFixture.start(
                keys.resolve("other"),
                ROUTES,
                "http.tls=files",
                "http.tls_certificate=" + made.resolve("tls.pem"),
                "http.tls_key=" + made.resolve("tls.key"))) {
            assertThat(get(server, client(HttpClient.Version.HTTP_2), "localhost")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void filesThatAreNoneStopTheStartWithoutTellingWhatIsInThem() throws Exception {
        Path nonsense = Files.writeString(keys.resolve("nonsense.pem"), "a secret of mine");
        for (Path file : List.of(nonsense, keys.resolve("absent.pem"))) {
            assertThatThrownBy(() -> HttpFixture.start(
                            keys, ROUTES, "http.tls=files", "http.tls_certificate=" + file, "http.tls_key=" + file))
                    .isInstanceOfSatisfying(
                            ClewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION))
                    .hasMessageContaining("PEM files")
                    .hasMessageNotContaining("secret of mine");
        }
    }

    @Test
    void oldProtocolsAreRefused() throws Exception {
        try (var server = HttpFixture.start(keys, ROUTES, "http.tls=generated");
                var socket = (SSLSocket) trusting().getSocketFactory().createSocket("127.0.0.1", server.port())) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.startHandshake();
            assertThat(socket.getSession().getCipherSuite()).contains("ECDHE").contains("GCM");
        }
        try (var server = HttpFixture.start(keys, ROUTES, "http.tls=generated");
                var socket = (SSLSocket) trusting().getSocketFactory().createSocket("127.0.0.1", server.port())) {
            socket.setEnabledProtocols(new String[] {"TLSv1.1"});
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void plainTextOnTheTlsPortIsNoRequest() throws Exception {
        try (var server = HttpFixture.start(keys, ROUTES, "http.tls=generated");
                var sender = server.raw()) {
            sender.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
            byte[] read;
            try {
                read = sender.rest();
            } catch (IOException e) {
                return; // ended at once
            }
            assertThat(new String(read, java.nio.charset.StandardCharsets.ISO_8859_1))
                    .doesNotContain("200 OK");
        }
    }

    private java.net.http.HttpResponse<String> get(HttpFixture server, HttpClient client, String host)
            throws IOException, InterruptedException {
        String url = server.url().replace("127.0.0.1", host);
        return client.send(HttpRequest.newBuilder(URI.create(url + "/health")).build(), BodyHandlers.ofString());
    }

    private HttpClient client(HttpClient.Version version) throws Exception {
        return HttpClient.newBuilder().version(version).sslContext(trusting()).build();
    }

    private SSLContext trusting() throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("clew", certificate(keys.resolve("tls-ca.pem")));
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static X509Certificate certificate(Path file) throws Exception {
        try (var in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }
}
