package dev.kora.cdc.registry;

import dev.kora.cdc.schema.CdcException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A file with certificates, or with a certificate and its key.
 *
 * @param name what the settings call it: {@code ssl.truststore} or {@code ssl.keystore}
 * @param type in upper case
 * @param password of the file: a secret; null where it needs none
 * @param keyPassword of the key in it: a secret; null where it has none
 */
record StoreFile(
        String name,
        Path location,
        String type,
        @Nullable String password,
        @Nullable String keyPassword) {
    static final String LOCATION = ".location";
    static final String PASSWORD = ".password";
    static final String TYPE = ".type";

    private static final String PEM = "PEM";
    /** Java reads JKS files under this name as well. */
    private static final String DEFAULT_TYPE = "PKCS12";

    /** A key without a password of its own has the file's. */
    static StoreFile of(
            String name,
            String location,
            @Nullable String type,
            @Nullable String password,
            @Nullable String keyPassword) {
        return new StoreFile(
                name,
                Path.of(location),
                type == null ? DEFAULT_TYPE : type.strip().toUpperCase(Locale.ROOT),
                password,
                keyPassword == null ? password : keyPassword);
    }

    /**
     * Reads the file.
     *
     * @throws CdcException.Invalid it is missing, or cannot be read with this type and password
     */
    KeyStore load() {
        try {
            return type.equals(PEM) ? PemFile.load(location, keyPasswordChars()) : loadBinary();
        } catch (NoSuchFileException e) {
            throw new CdcException.Invalid("%s%s: there is no file %s".formatted(name, LOCATION, location), e);
        } catch (IOException | GeneralSecurityException e) {
            throw new CdcException.Invalid(
                    "%s%s: %s cannot be read as %s (%s): check %s%s and %s%s"
                            .formatted(name, LOCATION, location, type, e.getMessage(), name, TYPE, name, PASSWORD),
                    e);
        }
    }

    private KeyStore loadBinary() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(type);
        try (InputStream in = Files.newInputStream(location)) {
            store.load(in, password == null ? null : password.toCharArray());
        }
        return store;
    }

    char[] keyPasswordChars() {
        return keyPassword == null ? new char[0] : keyPassword.toCharArray();
    }

    @Override
    public String toString() {
        return "%s %s (%s)".formatted(name, location, type);
    }
}
