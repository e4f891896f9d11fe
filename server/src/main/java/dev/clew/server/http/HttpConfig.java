package dev.clew.server.http;

import dev.clew.server.config.Between;
import dev.clew.server.config.Default;
import dev.clew.server.config.Doc;
import dev.clew.server.config.Size;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** Settings {@code http.*}: where the server listens and what one request may cost. */
public record HttpConfig(
        @Default("127.0.0.1")
        @Doc("Address to listen on; any but a loopback address needs TLS or a declared trusted proxy.")
        String host,

        @Default("7070") @Between(least = "0", most = "65535") @Doc("Port to listen on; 0 takes a free one.")
        int port,

        @Default("") @Doc("Host names accepted in requests besides the loopback names and http.host, comma-separated.")
        List<String> hosts,

        @Default("")
        @Doc(
                "Second host name of this server, under which nothing but stored pages is shown. Requests to a loopback name need none: usercontent.localhost is used.")
        String sandboxName,

        @Default("")
        @Doc(
                "Addresses or networks (CIDR) of proxies that end TLS in front of the server; X-Forwarded-For and X-Forwarded-Proto count from them only.")
        List<String> trustedProxies,

        @Default("256")
        @Between(least = "1", most = "65536")
        @Doc("Requests handled at once; beyond it the answer is 503 with Retry-After.")
        int maxRequests,

        @Default("1024")
        @Between(least = "1", most = "65536")
        @Doc("Open connections; beyond it new ones wait unaccepted.")
        int maxConnections,

        @Default("64MiB")
        @Between(least = "1MiB", most = "64GiB")
        @Doc("Memory that the bodies of all requests in hand may take together; beyond it the answer is 503.")
        Size maxBodyMemory,

        @Default("32KiB") @Between(least = "4KiB", most = "1MiB") @Doc("Size of all headers of a request.")
        Size maxHeaderBytes,

        @Default("128") @Between(least = "16", most = "4096") @Doc("Number of headers of a request.")
        int maxHeaders,

        @Default("8KiB") @Between(least = "1KiB", most = "64KiB") @Doc("Length of path and query of a request.")
        Size maxUriBytes,

        @Default("30s")
        @Between(least = "1s", most = "1h")
        @Doc("A connection on which nothing moves is closed after this.")
        Duration idle,

        @Default("20s")
        @Between(least = "1s", most = "1h")
        @Doc("The headers of a request must have arrived after this.")
        Duration headerTime,

        @Default("60s")
        @Between(least = "1s", most = "24h")
        @Doc("The body of a request must have arrived after this, plus what its size takes at http.min_rate.")
        Duration bodyTime,

        @Default("16KiB")
        @Between(least = "1KiB", most = "1GiB")
        @Doc("Bytes a second below which a sender is cut off.")
        Size minRate,

        @Default("64MiB")
        @Between(least = "1KiB", most = "64GiB")
        @Doc(
                "Bytes of decisions and feedback that one principal may send in a second, over ten seconds; beyond it the answer is 429.")
        Size maxIngestRate,

        @Default("200")
        @Between(least = "2", most = "10000")
        @Doc("Most bytes that one compressed byte of a request may become, after the first MiB.")
        int maxInflation,

        @Default("4s")
        @Between(least = "0s", most = "10m")
        @Doc("Time that requests in hand get to finish at shutdown.")
        Duration drain,

        @Default("errors") @Doc("Requests to log: none, errors (5xx and slower than a second) or all.")
        AccessLog.Level accessLog,

        @Default("") @Doc("File of the access log; standard error when empty.")
        String accessLogFile,

        @Default("off") @Doc("TLS: off, generated (own certificate authority in the keys directory) or files.")
        Tls tls,

        @Default("") @Doc("PEM file with the certificate chain, for http.tls=files.")
        String tlsCertificate,

        @Default("") @Doc("PEM file with the private key, for http.tls=files.")
        String tlsKey) {
    private static final Pattern SANDBOX_NAME = Pattern.compile("[A-Za-z0-9-]{1,63}(\\.[A-Za-z0-9-]{1,63})*");

    /** Where TLS comes from. */
    public enum Tls {
        OFF,
        GENERATED,
        FILES
    }

    public HttpConfig {
        if (tls == Tls.FILES && (tlsCertificate.isEmpty() || tlsKey.isEmpty())) {
            throw new IllegalArgumentException(
                    "http.tls=files needs http.tls_certificate and http.tls_key, the PEM files to use");
        }
        if (!sandboxName.isEmpty()) {
            requireOther(sandboxName, host, hosts);
        }
        hosts = List.copyOf(hosts);
        trustedProxies = List.copyOf(trustedProxies);
        trustedProxies.forEach(Network::parse);
    }

    /** Under a name that also serves the application, stored pages would stand beside it. */
    private static void requireOther(String sandboxName, String host, List<String> hosts) {
        if (!SANDBOX_NAME.matcher(sandboxName).matches()
                || sandboxName.equalsIgnoreCase(host)
                || Network.isLoopbackName(sandboxName)
                || hosts.stream().anyMatch(sandboxName::equalsIgnoreCase)) {
            throw new IllegalArgumentException(
                    "http.sandbox_name=%s must be a host name without a port that leads to this server and under which it serves nothing else: neither http.host nor one of http.hosts"
                            .formatted(sandboxName));
        }
    }

    /** Whether only this machine can connect. */
    public boolean isLoopback() {
        return Network.isLoopbackName(host);
    }
}
