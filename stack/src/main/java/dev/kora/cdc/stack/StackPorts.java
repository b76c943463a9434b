package dev.kora.cdc.stack;

import dev.kora.cdc.schema.CdcException;
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
        List<Integer> chosen = Ports.chooseAll(Endpoint.LOOPBACK.host(), wanted());
        return new StackPorts(chosen.get(0), chosen.get(1), chosen.get(2), chosen.get(3), chosen.get(4));
    }

    /** Which two of them are the same, by their flags; empty where all are different. */
    public String clash() {
        return Ports.clash(wanted());
    }

    private List<Ports.Wanted> wanted() {
        return List.of(
                new Ports.Wanted("--kafka-port", kafka),
                new Ports.Wanted("--registry-port", registry),
                new Ports.Wanted("--gateway-port", gateway),
                new Ports.Wanted("--resp-port", resp),
                new Ports.Wanted("--http-port", http));
    }
}
