package dev.kora.cdc.registry;

import static dev.kora.cdc.registry.RegistryClientTest.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.kora.cdc.schema.CdcException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RegistrySettingsTest {

    @Test
    void takesSeveralUrls() {
        RegistrySettings settings =
                RegistrySettings.of(" http://a:8081 ,https://u:p@b/apis/ccompat/v7/,http://[::1]:1");
        assertEquals(
                List.of("http://a:8081", "https://b/apis/ccompat/v7", "http://[::1]:1"),
                settings.endpoints().stream().map(Endpoint::toString).toList());
        assertEquals(
                "https://b/apis/ccompat/v7/subjects",
                settings.endpoints().get(1).resolve("/subjects").toString());
    }

    @Test
    void reportsAllProblemsAtOnce() {
        var refused = assertThrows(
                CdcException.Invalid.class,
                () -> RegistrySettings.of(
                        "ftp://a, http://b:x:y",
                        Map.of(
                                "ssl.trustore.location", "/t",
                                "max.retries", "many",
                                "http.read.timeout.ms", "0",
                                "basic.auth.user.info", "nobody",
                                "ssl.keystore.type", "PEM")));
        assertSays(
                refused,
                "unlike ftp://a",
                "http://b:x:y",
                "ssl.trustore.location is unknown; did you mean ssl.truststore.location?",
                "max.retries must be a number from 0 to 20, not 'many'",
                "http.read.timeout.ms must be a number",
                "basic.auth.user.info must be user:password",
                "ssl.keystore.location is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " , ", "localhost:8081", "http://", "http://a?b=c", "http://a/#b", "http://a b"})
    void refusesWhatIsNoUrl(String urls) {
        assertThrows(CdcException.Invalid.class, () -> RegistrySettings.of(urls));
    }

    @Test
    void saysNoSecrets() {
        Map<String, String> properties = Map.of(
                "basic.auth.user.info", "bob:secret",
                "ssl.truststore.location", "/trusted",
                "ssl.truststore.password", "secret",
                "ssl.keystore.location", "/mine",
                "ssl.keystore.password", "secret",
                "ssl.key.password", "secret");
        RegistrySettings settings = RegistrySettings.of("https://ada:secret@a", properties);
        for (Object shown : List.of(settings, settings.endpoints(), settings.trustStore(), settings.keyStore())) {
            assertFalse(shown.toString().contains("secret"), shown::toString);
        }
        assertEquals(
                "RegistrySettings[urls=[https://a], properties={basic.auth.user.info=***, ssl.key.password=***, "
                        + "ssl.keystore.location=/mine, ssl.keystore.password=***, ssl.truststore.location=/trusted, "
                        + "ssl.truststore.password=***}]",
                settings.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ftp://ada:secret@a", "http://ada:sec,ret@a", "http://ada:secret@", "http://ada:secret@a b"})
    void refusalsSayNoSecretsEither(String urls) {
        var refused = assertThrows(CdcException.Invalid.class, () -> RegistrySettings.of(urls));
        assertFalse(String.valueOf(refused.getMessage()).contains("sec"), refused::toString);
    }
}
