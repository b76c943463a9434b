package dev.kora.cdc.registry;

import static dev.kora.cdc.registry.RegistryClientTest.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.CdcException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.apache.avro.Schema;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With a self-signed certificate for localhost that the JDK's keytool makes. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class RegistryTlsTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    static Path directory;

    private static Path keyStore;
    private static Path certificate;

    @BeforeAll
    static void makeCertificate() throws Exception {
        keyStore = directory.resolve("server.p12");
        certificate = directory.resolve("server.pem");
        keytool(
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-validity",
                "2");
        keytool("-exportcert", "-rfc", "-file", certificate.toString());
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of(
                "-alias", "server", "-keystore", keyStore.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }

    @Test
    void trustsACertificateInAPemFile() throws Exception {
        assertConnects(Map.of("ssl.truststore.location", certificate.toString(), "ssl.truststore.type", "pem"));
    }

    @Test
    void trustsACertificateInAPkcs12File() throws Exception {
        Path trusted = directory.resolve("trusted.p12");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("server", serverKeys().getCertificate("server"));
        try (var out = Files.newOutputStream(trusted)) {
            store.store(out, PASSWORD.toCharArray());
        }
        assertConnects(Map.of("ssl.truststore.location", trusted.toString(), "ssl.truststore.password", PASSWORD));
    }

    private static void assertConnects(Map<String, String> properties) throws Exception {
        try (FakeRegistry registry = start(false);
                RegistryClient client = RegistryClient.open(RegistrySettings.of(registry.url(), properties))) {
            assertEquals(Schema.create(Schema.Type.STRING), client.get(1));
        }
    }

    @Test
    void showsItsOwnCertificate() throws Exception {
        Path pem = directory.resolve("client.pem");
        byte[] key = serverKeys().getKey("server", PASSWORD.toCharArray()).getEncoded();
        Files.writeString(
                pem,
                "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n%s"
                        .formatted(Base64.getMimeEncoder().encodeToString(key), Files.readString(certificate)));
        Map<String, String> trust =
                Map.of("ssl.truststore.location", certificate.toString(), "ssl.truststore.type", "PEM");
        for (Map<String, String> own : List.of(
                Map.of("ssl.keystore.location", pem.toString(), "ssl.keystore.type", "PEM"),
                Map.of("ssl.keystore.location", keyStore.toString(), "ssl.keystore.password", PASSWORD))) {
            Map<String, String> properties = new HashMap<>(trust);
            properties.putAll(own);
            try (FakeRegistry registry = start(true);
                    RegistryClient client = RegistryClient.open(RegistrySettings.of(registry.url(), properties))) {
                assertEquals(Schema.create(Schema.Type.STRING), client.get(1));
            }
        }
    }

    @Test
    void refusesACertificateThatItWasNotToldToTrust() throws Exception {
        try (FakeRegistry registry = start(false);
                RegistryClient client = RegistryClient.open(RegistrySettings.of(registry.url()))) {
            var refused = assertThrows(CdcException.Invalid.class, () -> client.get(1));
            assertSays(refused, registry.url(), "not trusted", "ssl.truststore.location");
        }
    }

    @Test
    void refusesACertificateOfAnotherHost() throws Exception {
        try (FakeRegistry registry = start(false);
                RegistryClient client = RegistryClient.open(RegistrySettings.of(
                        "https://127.0.0.1:" + registry.port(),
                        Map.of("ssl.truststore.location", certificate.toString(), "ssl.truststore.type", "PEM")))) {
            assertSays(assertThrows(CdcException.Invalid.class, () -> client.get(1)), "127.0.0.1", "host name");
        }
    }

    @Test
    void namesTheStoreThatItCannotRead() throws Exception {
        Path nonsense = Files.writeString(directory.resolve("nonsense"), "nonsense");
        assertRefused(Map.of("ssl.truststore.location", "/no/such/file"), "/no/such/file");
        assertRefused(Map.of("ssl.truststore.location", nonsense.toString()), "ssl.truststore.type");
        assertRefused(
                Map.of("ssl.truststore.location", nonsense.toString(), "ssl.truststore.type", "PEM"), "0 certificates");
        assertRefused(
                Map.of("ssl.keystore.location", keyStore.toString(), "ssl.keystore.password", "wrong"),
                "ssl.keystore.password");
        assertRefused(
                Map.of(
                        "ssl.keystore.location",
                        keyStore.toString(),
                        "ssl.keystore.password",
                        PASSWORD,
                        "ssl.key.password",
                        "wrong"),
                "ssl.key.password");
    }

    private static void assertRefused(Map<String, String> properties, String named) {
        RegistrySettings settings = RegistrySettings.of("https://localhost", properties);
        var refused = assertThrows(CdcException.Invalid.class, () -> RegistryClient.open(settings));
        assertSays(refused, named);
        assertTrue(!String.valueOf(refused.getMessage()).contains(PASSWORD), refused::toString);
    }

    private static FakeRegistry start(boolean clientCertificateWanted) throws Exception {
        KeyStore keys = serverKeys();
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keys, PASSWORD.toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("client", keys.getCertificate("server"));
        TrustManagerFactory trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trustManagers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        SSLParameters parameters = context.getDefaultSSLParameters();
        parameters.setNeedClientAuth(clientCertificateWanted);
        return FakeRegistry.start(context, parameters)
                .say("GET /schemas/ids/1", 200, "{\"schema\":\"\\\"string\\\"\"}");
    }

    private static KeyStore serverKeys() throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyStore)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }
}
