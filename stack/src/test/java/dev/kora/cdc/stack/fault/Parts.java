package dev.kora.cdc.stack.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the processes of a database are started with, and what they leave behind.
 *
 * @param directory of the stores and of the processes' log
 */
record Parts(String servers, String registryUrl, String database, int shards, Path directory) {
    private static final String LOGGING = """
            <configuration>
              <appender name="FILE" class="ch.qos.logback.core.FileAppender">
                <file>LOG_FILE</file>
                <append>true</append>
                <prudent>true</prudent>
                <encoder><pattern>%d %-5level [%thread] %logger{36} %kvp %msg%n</pattern></encoder>
              </appender>
              <logger name="dev.kora" level="INFO"/>
              <root level="WARN"><appender-ref ref="FILE"/></root>
            </configuration>
            """;

    /** From the arguments of a process. */
    static Parts of(List<String> args) {
        return new Parts(args.get(0), args.get(1), args.get(2), Integer.parseInt(args.get(3)), Path.of(args.get(4)));
    }

    List<String> arguments() {
        return List.of(servers, registryUrl, database, Integer.toString(shards), directory.toString());
    }

    /** Flags of a process, among them where it logs to. */
    List<String> jvmFlags() {
        Path logging = directory.resolve("logback.xml");
        try {
            Files.createDirectories(directory);
            Files.writeString(logging, LOGGING.replace("LOG_FILE", log().toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.of("-Xmx256m", "-Dlogback.configurationFile=" + logging);
    }

    Path stores() {
        return directory.resolve("store");
    }

    private Path log() {
        return directory.resolve("parts.log");
    }

    /** How many lines of the processes' log hold a text. */
    long logged(String text) {
        try (var lines = Files.lines(log())) {
            return lines.filter(line -> line.contains(text)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
