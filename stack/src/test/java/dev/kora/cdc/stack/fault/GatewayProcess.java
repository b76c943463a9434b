package dev.kora.cdc.stack.fault;

import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.producer.PublisherConfig;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.producer.source.resp.Gateway;
import dev.kora.cdc.registry.DatabaseCodecs;
import dev.kora.cdc.registry.RegistryClient;
import dev.kora.cdc.registry.RegistrySettings;
import dev.kora.cdc.server.resp.Execution;
import dev.kora.cdc.server.resp.RespOptions;
import dev.kora.cdc.server.resp.RespServer;
import dev.kora.cdc.stack.ChildJvm;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A publisher behind its gateway, in a process of its own: the writer that is killed. */
final class GatewayProcess implements AutoCloseable {
    private static final String SERVING = "serving ";

    private final ChildJvm child;
    private final int port;

    private GatewayProcess(ChildJvm child) {
        this.child = child;
        this.port = Integer.parseInt(child.awaitLine(SERVING));
    }

    /** Starts one and returns when it has taken the database over and listens. */
    static GatewayProcess start(Parts parts) {
        return new GatewayProcess(ChildJvm.start(GatewayProcess.class, parts.jvmFlags(), parts.arguments()));
    }

    int port() {
        return port;
    }

    /** Ends it as {@code kill -9} does. */
    void kill() {
        child.kill();
    }

    @Override
    public void close() {
        child.close();
    }

    /** Arguments: those of {@link Parts}. */
    public static void main(String... args) throws IOException, InterruptedException {
        Parts parts = Parts.of(List.of(args));
        InstantSource clock = InstantSource.system();
        try (RegistryClient registry = RegistryClient.open(RegistrySettings.of(parts.registryUrl()));
                KafkaLog log = KafkaLog.open(KafkaSettings.of(parts.servers()));
                KafkaPublisher publisher = KafkaPublisher.open(
                        PublisherConfig.of(parts.database(), parts.shards()),
                        log,
                        DatabaseCodecs.register(registry, parts.database()).wal(),
                        clock)) {
            Gateway gateway = Gateway.logging(publisher, clock);
            RespOptions options = RespOptions.loopback("gateway", "test", 0);
            try (RespServer server =
                    RespServer.start(options, gateway.commands(), gateway::info, Execution.EVENT_LOOP)) {
                System.out.println(SERVING + server.port());
                new CountDownLatch(1).await();
            }
        }
    }
}
