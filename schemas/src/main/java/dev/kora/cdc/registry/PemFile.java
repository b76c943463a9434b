package dev.kora.cdc.registry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates, and a key with its chain, from a text of PEM blocks (RFC 7468). */
final class PemFile {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    private final List<PrivateKey> keys = new ArrayList<>();
    private final List<Certificate> certificates = new ArrayList<>();

    private PemFile() {}

    /**
     * The file's certificates as trusted ones; or, where it has a key, that key with the certificates as its chain.
     *
     * @param keyPassword that the key has in the answer
     */
    static KeyStore load(Path file, char[] keyPassword) throws IOException, GeneralSecurityException {
        PemFile pem = new PemFile();
        pem.read(Files.readString(file, StandardCharsets.US_ASCII));
        return pem.toStore(keyPassword);
    }

    private void read(String text) throws GeneralSecurityException {
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            byte[] content = Base64.getMimeDecoder().decode(block.group(2));
            switch (block.group(1)) {
                case "CERTIFICATE" -> certificates.add(certificate(content));
                case "PRIVATE KEY" -> keys.add(key(content));
                default ->
                    throw new KeyStoreException(
                            "a block '%s' is not supported; openssl pkcs8 -topk8 -nocrypt makes a key a PRIVATE KEY"
                                    .formatted(block.group(1)));
            }
        }
    }

    private static Certificate certificate(byte[] content) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(content));
    }

    private static PrivateKey key(byte[] content) throws GeneralSecurityException {
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(content));
            } catch (InvalidKeySpecException e) {
                // The key says itself which one it is of; another one refuses it.
            }
        }
        throw new InvalidKeySpecException("the private key is of neither RSA, EC nor EdDSA");
    }

    private KeyStore toStore(char[] keyPassword) throws IOException, GeneralSecurityException {
        if (certificates.isEmpty() || keys.size() > 1) {
            throw new KeyStoreException(
                    "%d certificates and %d keys in it".formatted(certificates.size(), keys.size()));
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        if (!keys.isEmpty()) {
            store.setKeyEntry("key", keys.getFirst(), keyPassword, certificates.toArray(Certificate[]::new));
            return store;
        }
        for (int i = 0; i < certificates.size(); i++) {
            store.setCertificateEntry("certificate-" + i, certificates.get(i));
        }
        return store;
    }
}
