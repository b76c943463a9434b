package dev.kora.cdc.stack;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A broker that some clients reach through a {@link KafkaProxy}, and the broker itself and the others directly. */
final class ProxiedBroker implements AutoCloseable {
    private final EmbeddedBroker broker;
    private final KafkaProxy proxy;

    private ProxiedBroker(EmbeddedBroker broker, KafkaProxy proxy) {
        this.broker = broker;
        this.proxy = proxy;
    }

    static ProxiedBroker start(Path directory, Map<String, String> overrides) {
        int direct = Ports.free();
        int behind = Ports.free();
        int controller = Ports.free();
        KafkaProxy proxy = KafkaProxy.open(behind);
        Map<String, String> settings = new HashMap<>(overrides);
        settings.put(
                "listeners",
                "PLAINTEXT://127.0.0.1:%d,PROXIED://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                        .formatted(direct, behind, controller));
        settings.put(
                "advertised.listeners",
                "PLAINTEXT://127.0.0.1:%d,PROXIED://127.0.0.1:%d".formatted(direct, proxy.port()));
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
        return new ProxiedBroker(EmbeddedBroker.start(directory, direct, settings), proxy);
    }

    KafkaProxy proxy() {
        return proxy;
    }

    /** Where clients find it directly. */
    String directServers() {
        return broker.bootstrapServers();
    }

    /** Where clients find it behind the proxy. */
    String proxiedServers() {
        return "127.0.0.1:" + proxy.port();
    }

    @Override
    public void close() {
        broker.close();
        proxy.close();
    }
}
