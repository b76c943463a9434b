package dev.kora.cdc.log.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Limits;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaSettingsTest {
    @Test
    void commonSettingsReachEveryClientAndNarrowerOnesGoBefore() {
        KafkaSettings settings = new KafkaSettings(
                "broker:9092",
                Map.of("security.protocol", "SSL", "request.timeout.ms", "1"),
                Map.of("request.timeout.ms", "2", "linger.ms", "3"),
                Map.of("request.timeout.ms", "4"));
        assertEquals("SSL", settings.adminProperties().get("security.protocol"));
        assertEquals("SSL", settings.producerProperties().get("security.protocol"));
        assertEquals("SSL", settings.consumerProperties().get("security.protocol"));
        assertEquals("1", settings.adminProperties().get("request.timeout.ms"));
        assertEquals("2", settings.producerProperties().get("request.timeout.ms"));
        assertEquals("4", settings.consumerProperties().get("request.timeout.ms"));
        assertEquals("3", settings.producerProperties().get("linger.ms"));
        assertNull(settings.consumerProperties().get("linger.ms"));
        assertEquals("broker:9092", settings.adminProperties().get("bootstrap.servers"));
    }

    @Test
    void thePromisesStandInTheProperties() {
        KafkaSettings settings = KafkaSettings.of("broker:9092");
        Map<String, Object> producer = settings.producerProperties();
        assertEquals("all", producer.get("acks"));
        assertEquals("true", producer.get("enable.idempotence"));
        assertEquals(Integer.toString(Limits.MESSAGE_BYTES), producer.get("max.request.size"));
        Map<String, Object> consumer = settings.consumerProperties();
        assertEquals("read_committed", consumer.get("isolation.level"));
        assertEquals("none", consumer.get("auto.offset.reset"));
        assertEquals("false", consumer.get("enable.auto.commit"));
    }

    @Test
    void whatThePromisesRestOnIsRefusedAllAtOnce() {
        CdcException.Invalid refused = assertThrows(
                CdcException.Invalid.class,
                () -> new KafkaSettings(
                        "broker:9092",
                        Map.of("acks", "1"),
                        Map.of("enable.idempotence", "false", "linger.ms", "1"),
                        Map.of("isolation.level", "read_uncommitted")));
        String message = String.valueOf(refused.getMessage());
        assertTrue(
                message.endsWith("kafka.acks, kafka.consumer.isolation.level, kafka.producer.enable.idempotence"),
                message);
    }

    @Test
    void secretsAreNotShown() {
        KafkaSettings settings =
                new KafkaSettings("broker:9092", Map.of("sasl.jaas.config", "the password"), Map.of(), Map.of());
        assertTrue(settings.toString().contains("sasl.jaas.config"));
        assertFalse(settings.toString().contains("the password"));
    }

    @Test
    void aSettingThatAClientDoesNotTakeIsInvalid() {
        KafkaSettings settings =
                new KafkaSettings("127.0.0.1:1", Map.of("request.timeout.ms", "soon"), Map.of(), Map.of());
        CdcException.Invalid refused = assertThrows(CdcException.Invalid.class, () -> KafkaLog.open(settings));
        assertTrue(String.valueOf(refused.getMessage()).contains("request.timeout.ms"), refused::toString);
    }
}
