package dev.kora.cdc.stack;

import dev.kora.cdc.schema.CdcException;
import java.util.ArrayList;
import java.util.List;

/**
 * The ports of a stack on the loopback interface; 0 stands for any free one.
 *
 * @param kafka of the broker
 * @param registry of the schema registry
 * @param gateway of the RESP gateway that takes writes
 * @param resp of the RESP reads
 * @param http of health, metrics and the JSON API
 */
public record StackPorts(int kafka, int registry, int gateway, int resp, int http) {

    /** Any free ports. */
    public static StackPorts free() {
        return new StackPorts(0, 0, 0, 0, 0);
    }

    String bootstrapServers() {
        return "127.0.0.1:" + kafka;
    }

    String registryUrl() {
        return "http://127.0.0.1:%d/apis/ccompat/v7".formatted(registry);
    }

    /**
     * The same ports, with free ones in the place of 0.
     *
     * @throws CdcException.Invalid where one is taken, or named twice
     */
    StackPorts choose() {
        List<Integer> wanted = List.of(kafka, registry, gateway, resp, http);
        List<Integer> named = wanted.stream().filter(port -> port != 0).toList();
        if (named.stream().distinct().count() < named.size()) {
            throw new CdcException.Invalid("two of the ports are the same: " + named);
        }
        List<String> problems = new ArrayList<>();
        StackPorts chosen = new StackPorts(
                choose(kafka, "--kafka-port", problems),
                choose(registry, "--registry-port", problems),
                choose(gateway, "--gateway-port", problems),
                choose(resp, "--resp-port", problems),
                choose(http, "--http-port", problems));
        if (!problems.isEmpty()) {
            throw new CdcException.Invalid(String.join("\n", problems));
        }
        return chosen.hasDistinctPorts() ? chosen : choose();
    }

    /** All that is wrong is told at once. */
    private static int choose(int wanted, String flag, List<String> problems) {
        try {
            return Ports.choose(wanted, flag);
        } catch (CdcException.Invalid e) {
            problems.add(String.valueOf(e.getMessage()));
            return wanted;
        }
    }

    private boolean hasDistinctPorts() {
        return List.of(kafka, registry, gateway, resp, http).stream().distinct().count() == 5;
    }
}
