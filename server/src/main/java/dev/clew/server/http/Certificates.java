package dev.clew.server.http;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * The certificate that the server shows: from PEM files, or made here under a private certificate authority kept in the keys directory
 * ({@code tls-ca.pem} is what clients are told to trust). A generated certificate lasts 397 days and is made anew in its last 30.
 */
final class Certificates {
    private static final Duration LEAF = Duration.ofDays(397);
    private static final Duration AUTHORITY = Duration.ofDays(3_650);
    private static final Duration RENEWAL = Duration.ofDays(30);

    private record Identity(PrivateKey key, List<X509Certificate> chain) {}

    private Certificates() {}

    /** @throws ClewException CONFIGURATION if the files cannot be used */
    static SslContextFactory.Server of(HttpConfig config, Path keys) {
        try {
            Identity identity = config.tls() == HttpConfig.Tls.FILES
                    ? read(Path.of(config.tlsCertificate()), Path.of(config.tlsKey()))
                    : generated(config, keys);
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "clew", identity.key(), new char[0], identity.chain().toArray(Certificate[]::new));
            var factory = new SslContextFactory.Server();
            factory.setKeyStore(store);
            factory.setKeyStorePassword("");
            factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
            factory.setIncludeCipherSuites(
                    "TLS_AES_.*", "TLS_CHACHA20_.*", "TLS_ECDHE_.*_GCM_.*", "TLS_ECDHE_.*_CHACHA20_.*");
            factory.setUseCipherSuitesOrder(true);
            factory.setSniRequired(false);
            return factory;
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new ClewException(
                    ErrorCode.CONFIGURATION,
                    "The TLS certificate cannot be used (%s). Give PEM files of a certificate chain and its key, or http.tls=generated."
                            .formatted(e.getMessage()),
                    e);
        }
    }

    /** Where the certificate lies that clients of a generated one must trust. */
    static Path authority(Path keys) {
        return keys.resolve("tls-ca.pem");
    }

    private static Identity generated(HttpConfig config, Path keys)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        Path certificate = keys.resolve("tls.pem");
        Path key = keys.resolve("tls.key");
        if (Files.exists(certificate)) {
            Identity kept = read(certificate, key);
            if (isGoodFor(kept.chain().getFirst(), config)) {
                return kept;
            }
        }
        Files.createDirectories(keys);
        Identity authority = authorityIdentity(keys);
        KeyPair pair = newKey();
        var names = new ArrayList<GeneralName>();
        for (String name : hostNames(config)) {
            names.add(new GeneralName(isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name));
        }
        var builder = builder(authority.chain().getFirst(), new X500Name("CN=Clew server"), pair, LEAF)
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
                .addExtension(
                        Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(GeneralName[]::new)));
        var leaf = signed(builder, authority.key());
        writeKey(key, pair.getPrivate());
        write(certificate, leaf, authority.chain().getFirst());
        return new Identity(pair.getPrivate(), List.of(leaf, authority.chain().getFirst()));
    }

    /** Not about to end, and for every name by which clients may come. */
    private static boolean isGoodFor(X509Certificate leaf, HttpConfig config) throws GeneralSecurityException {
        var named = new ArrayList<String>();
        var alternatives = leaf.getSubjectAlternativeNames();
        if (alternatives != null) {
            alternatives.forEach(each -> named.add(String.valueOf(each.get(1))));
        }
        return leaf.getNotAfter().toInstant().isAfter(Instant.now().plus(RENEWAL))
                && hostNames(config).stream().filter(name -> !isAddress(name)).allMatch(named::contains);
    }

    private static Identity authorityIdentity(Path keys)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        Path certificate = authority(keys);
        Path key = keys.resolve("tls-ca.key");
        if (Files.exists(certificate)) {
            return read(certificate, key);
        }
        KeyPair pair = newKey();
        var name = new X500Name(
                "CN=Clew private certificate authority " + Long.toHexString(new SecureRandom().nextLong()));
        var builder = new JcaX509v3CertificateBuilder(
                        name, serial(), from(), Date.from(Instant.now().plus(AUTHORITY)), name, pair.getPublic())
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        var made = signed(builder, pair.getPrivate());
        writeKey(key, pair.getPrivate());
        write(certificate, made);
        return new Identity(pair.getPrivate(), List.of(made));
    }

    private static JcaX509v3CertificateBuilder builder(
            X509Certificate issuer, X500Name subject, KeyPair pair, Duration lasts) {
        return new JcaX509v3CertificateBuilder(
                X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded()),
                serial(),
                from(),
                Date.from(Instant.now().plus(lasts)),
                subject,
                pair.getPublic());
    }

    private static X509Certificate signed(org.bouncycastle.cert.X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, OperatorCreationException {
        X509CertificateHolder holder = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key));
        return new JcaX509CertificateConverter().getCertificate(holder);
    }

    private static BigInteger serial() {
        return new BigInteger(127, new SecureRandom()).add(BigInteger.ONE);
    }

    /** An hour ago, for clients whose clocks are behind. */
    private static Date from() {
        return Date.from(Instant.now().minus(Duration.ofHours(1)));
    }

    private static KeyPair newKey() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static LinkedHashSet<String> hostNames(HttpConfig config) {
        var names = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1", HostNames.LOOPBACK_SANDBOX));
        if (!config.host().equals("0.0.0.0") && !config.host().equals("::")) {
            names.add(config.host());
        }
        names.addAll(config.hosts());
        if (!config.sandboxName().isEmpty()) {
            names.add(config.sandboxName());
        }
        try {
            names.add(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            // A machine without a name of its own is reached by the others.
        }
        return names;
    }

    private static boolean isAddress(String name) {
        return name.indexOf(':') >= 0 || name.matches("\\d{1,3}(\\.\\d{1,3}){3}");
    }

    private static Identity read(Path certificate, Path key) throws IOException, GeneralSecurityException {
        var chain = new ArrayList<X509Certificate>();
        var converter = new JcaX509CertificateConverter();
        try (var parser = new PEMParser(Files.newBufferedReader(certificate, StandardCharsets.US_ASCII))) {
            for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
                if (found instanceof X509CertificateHolder holder) {
                    chain.add(converter.getCertificate(holder));
                }
            }
        }
        PrivateKey privateKey = readKey(key);
        if (chain.isEmpty() || privateKey == null) {
            throw new IOException("no certificate or no unencrypted key in the PEM files");
        }
        return new Identity(privateKey, List.copyOf(chain));
    }

    private static @Nullable PrivateKey readKey(Path key) throws IOException {
        try (var parser = new PEMParser(Files.newBufferedReader(key, StandardCharsets.US_ASCII))) {
            for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
                if (found instanceof PrivateKeyInfo info) {
                    return new JcaPEMKeyConverter().getPrivateKey(info);
                }
                if (found instanceof PEMKeyPair pair) {
                    return new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
                }
            }
        }
        return null;
    }

    private static void write(Path file, X509Certificate... certificates) throws IOException {
        var text = new StringWriter();
        try (var pem = new JcaPEMWriter(text)) {
            for (X509Certificate certificate : certificates) {
                pem.writeObject(certificate);
            }
        }
        Files.writeString(file, text.toString());
    }

    private static void writeKey(Path file, PrivateKey key) throws IOException {
        var text = new StringWriter();
        try (var pem = new JcaPEMWriter(text)) {
            // PKCS#8: the older form of an EC key would leave out its curve, which is in the algorithm's parameters.
            pem.writeObject(new JcaPKCS8Generator(key, null));
        }
        Files.deleteIfExists(file);
        if (Files.getFileStore(file.toAbsolutePath().getParent()).supportsFileAttributeView("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(file, text.toString());
    }
}
