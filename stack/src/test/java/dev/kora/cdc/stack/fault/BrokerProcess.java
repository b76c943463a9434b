package dev.kora.cdc.stack.fault;

import dev.kora.cdc.stack.ChildJvm;
import dev.kora.cdc.stack.EmbeddedBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** An embedded broker in a JVM of its own, which is killed and comes back on its directory and port. For one thread. */
public final class BrokerProcess implements AutoCloseable {
    private static final String SERVING = "serving";

    private final Path directory;
    private final int port;
    private final Map<String, String> settings;
    private ChildJvm child;

    private BrokerProcess(Path directory, int port, Map<String, String> settings) {
        this.directory = directory;
        this.port = port;
        this.settings = settings;
        this.child = launch(directory, port, settings);
        awaitServing(child);
    }

    /** Starts one on a free port, and returns when it serves. */
    public static BrokerProcess start(Path directory, Map<String, String> settings) {
        return new BrokerProcess(directory, KeptPorts.next(), new HashMap<>(settings));
    }

    /** Starts the process, and returns at once. */
    static ChildJvm launch(Path directory, int port, Map<String, String> settings) {
        List<String> args = new ArrayList<>(List.of(directory.toString(), Integer.toString(port)));
        settings.forEach((key, value) -> args.add(key + "=" + value));
        return ChildJvm.start(BrokerProcess.class, List.of("-Xmx512m"), args);
    }

    static void awaitServing(ChildJvm launched) {
        launched.awaitLine(SERVING);
    }

    /** Where clients find it, whatever life it is in. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Ends it as {@code kill -9} does. */
    public void kill() {
        child.kill();
    }

    /** Stops it where it stands (SIGSTOP): connections are taken and kept, and nothing is answered. */
    public void pause() {
        child.pause();
    }

    /** Lets it go on where it was paused. */
    public void resume() {
        child.resume();
    }

    /** Starts it again where it was killed, and returns when it serves. */
    public void startAgain() {
        child = launch(directory, port, settings);
        awaitServing(child);
    }

    @Override
    public void close() {
        child.close();
    }

    /** Arguments: directory, port, and settings as KEY=VALUE. */
    public static void main(String... args) throws InterruptedException {
        Map<String, String> settings = new HashMap<>();
        for (String setting : List.of(args).subList(2, args.length)) {
            int equals = setting.indexOf('=');
            settings.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(Path.of(args[0]), Integer.parseInt(args[1]), settings)) {
            System.out.println(SERVING + " " + broker.bootstrapServers());
            new CountDownLatch(1).await();
        }
    }
}
