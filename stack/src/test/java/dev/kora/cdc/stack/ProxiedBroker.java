package dev.kora.cdc.stack;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A broker that some clients reach through a {@link KafkaProxy}, and the broker itself and the others directly. */
public final class ProxiedBroker implements AutoCloseable {
    private final Path directory;
    private final int port;
    private final Map<String, String> settings;
    private final KafkaProxy proxy;
    private EmbeddedBroker broker;

    private ProxiedBroker(Path directory, int port, Map<String, String> settings, KafkaProxy proxy) {
        this.directory = directory;
        this.port = port;
        this.settings = settings;
        this.proxy = proxy;
        this.broker = EmbeddedBroker.start(directory, port, settings);
    }

    public static ProxiedBroker start(Path directory, Map<String, String> overrides) {
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
        return new ProxiedBroker(directory, direct, settings, proxy);
    }

    /** Stops the broker in order; the proxy stays. */
    public void stop() {
        broker.close();
    }

    /** Stops the broker, and starts it again on its directory and ports. */
    public void restart() {
        stop();
        startAgain();
    }

    /** Starts a broker that was stopped, where it was. */
    public void startAgain() {
        broker = EmbeddedBroker.start(directory, port, settings);
    }

    public KafkaProxy proxy() {
        return proxy;
    }

    /** Where clients find it directly. */
    public String directServers() {
        return "127.0.0.1:" + port;
    }

    /** Where clients find it behind the proxy. */
    public String proxiedServers() {
        return "127.0.0.1:" + proxy.port();
    }

    @Override
    public void close() {
        broker.close();
        proxy.close();
    }
}
