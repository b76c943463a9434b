package dev.kora.cdc.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.server.resp.CommandTable;
import dev.kora.cdc.server.resp.Execution;
import dev.kora.cdc.server.resp.RespOptions;
import dev.kora.cdc.server.resp.RespServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RespMetersTest {
    @Test
    void showsWhatAPortHasDone() throws IOException {
        RespOptions options = RespOptions.loopback("gateway", "1", 0);
        try (Metrics metrics = Metrics.open("shop");
                RespServer server =
                        RespServer.start(options, CommandTable.of(List.of()), List::of, Execution.EVENT_LOOP);
                Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            RespMeters.bind("gateway", server.metrics(), metrics);
            client.getOutputStream().write("PING\r\nNOPE\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
            client.getInputStream().readAllBytes();

            List<String> lines = metrics.scrape("")
                    .text()
                    .lines()
                    .filter(line -> line.startsWith("kora_cdc_resp_") && !line.endsWith(" 0.0"))
                    .filter(line -> !line.startsWith("kora_cdc_resp_connections{"))
                    .toList();

            assertEquals(
                    List.of(
                            "kora_cdc_resp_connections_opened_total{database=\"shop\",port=\"gateway\"} 1.0",
                            "kora_cdc_resp_errors_total{database=\"shop\",port=\"gateway\"} 1.0",
                            "kora_cdc_resp_requests_total{database=\"shop\",port=\"gateway\"} 3.0"),
                    lines);
        }
    }
}
