package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.CdcException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class StackPortsTest {
    @Test
    void tellsOfAllPortsThatAreTakenAtOnce() throws IOException {
        try (ServerSocket one = listen();
                ServerSocket other = listen()) {
            StackPorts ports = new StackPorts(one.getLocalPort(), 0, other.getLocalPort(), 0, 0);
            List<String> problems = invalid(ports).lines().toList();
            assertEquals(2, problems.size(), problems::toString);
            assertTrue(problems.get(0).contains("choose another port with --kafka-port"), problems::toString);
            assertTrue(problems.get(1).contains("choose another port with --gateway-port"), problems::toString);
        }
    }

    @Test
    void refusesOnePortForTwo() {
        assertEquals(
                "--kafka-port and --resp-port are both 5: choose another port for one of them (0 takes any free one)",
                invalid(new StackPorts(5, 0, 0, 5, 0)));
    }

    @Test
    void putsFreePortsInThePlaceOfZero() {
        StackPorts chosen = StackPorts.free().choose();
        Stream.of(chosen.kafka(), chosen.registry(), chosen.gateway(), chosen.resp(), chosen.http())
                .forEach(port -> assertTrue(port > 0, chosen::toString));
    }

    private static String invalid(StackPorts ports) {
        return String.valueOf(
                assertThrows(CdcException.Invalid.class, ports::choose).getMessage());
    }

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }
}
