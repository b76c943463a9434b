package dev.kora.cdc.registry;

import dev.kora.cdc.schema.CdcException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Whom a client trusts, and what it shows of itself. */
final class Tls {
    private Tls() {}

    /**
     * What the settings say; empty where they say nothing, so that the JDK's own defaults hold.
     *
     * @throws CdcException.Invalid a store cannot be read or used
     */
    static Optional<SSLContext> context(RegistrySettings settings) {
        Optional<StoreFile> trustStore = settings.trustStore();
        Optional<StoreFile> keyStore = settings.keyStore();
        if (trustStore.isEmpty() && keyStore.isEmpty()) {
            return Optional.empty();
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    keyStore.isPresent() ? keyManagers(keyStore.get()) : null,
                    trustStore.isPresent() ? trustManagers(trustStore.get()) : null,
                    null);
            return Optional.of(context);
        } catch (GeneralSecurityException e) {
            throw new CdcException.Invalid("schema registry: TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    private static TrustManager @Nullable [] trustManagers(StoreFile file) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(file.load());
        return factory.getTrustManagers();
    }

    private static KeyManager @Nullable [] keyManagers(StoreFile file) throws GeneralSecurityException {
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        KeyStore store = file.load();
        try {
            factory.init(store, file.keyPasswordChars());
        } catch (GeneralSecurityException e) {
            throw new CdcException.Invalid(
                    "%s: the key in %s cannot be read (%s): check %s"
                            .formatted(file.name(), file.location(), e.getMessage(), RegistrySettings.KEY_PASSWORD),
                    e);
        }
        return factory.getKeyManagers();
    }
}
