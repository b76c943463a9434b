package dev.kora.cdc.stack.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;

/** Changes the settings of topics, as an operator does. */
final class TopicSettings implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Pattern MENDING = Pattern.compile("--entity-name (\\S+) --add-config ([^=\\s]+)=(\\S+)$");

    private final Admin admin;

    private TopicSettings(Admin admin) {
        this.admin = admin;
    }

    static TopicSettings open(String bootstrapServers) {
        return new TopicSettings(Admin.create(Map.of("bootstrap.servers", bootstrapServers)));
    }

    /** Creates a topic with another one's settings. */
    void createLike(String model, String topic, int partitions) throws Exception {
        NewTopic created = new NewTopic(topic, partitions, (short) 1).configs(of(model));
        admin.createTopics(List.of(created)).all().get();
    }

    /** Sets a setting, and waits until it is told back. */
    void alter(String topic, String setting, String value) throws Exception {
        AlterConfigOp set = new AlterConfigOp(new ConfigEntry(setting, value), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(named(topic), List.of(set))).all().get();
        Awaitility.await()
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> value.equals(of(topic).get(setting)));
    }

    /** Does what the command at the end of a line does. */
    void mend(String line) throws Exception {
        Matcher command = MENDING.matcher(line);
        assertTrue(command.find(), line);
        alter(command.group(1), command.group(2), command.group(3));
    }

    private Map<String, String> of(String topic) throws Exception {
        Map<String, String> found = new LinkedHashMap<>();
        for (Config config :
                admin.describeConfigs(List.of(named(topic))).all().get().values()) {
            for (ConfigEntry each : config.entries()) {
                if (each.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) {
                    found.put(each.name(), each.value());
                }
            }
        }
        return found;
    }

    private static ConfigResource named(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    @Override
    public void close() {
        admin.close();
    }
}
