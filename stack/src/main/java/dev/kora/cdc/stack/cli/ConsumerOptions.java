package dev.kora.cdc.stack.cli;

import java.net.URI;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which consumer is to do something with one of its shards. */
final class ConsumerOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--http-url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "HTTP API of the consumer that owns the shard (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private URI httpUrl;

    @Option(names = "--shard", paramLabel = "N", required = true, description = "The halted shard.")
    private int shard;

    int shard() {
        return shard;
    }

    /**
     * The consumer's API.
     *
     * @throws ParameterException the URL is none
     */
    ConsumerApi api() {
        if (!String.valueOf(httpUrl.getScheme()).matches("https?") || httpUrl.getHost() == null) {
            throw new ParameterException(
                    spec.commandLine(), "--http-url must be http(s)://host[:port], unlike " + httpUrl);
        }
        return new ConsumerApi(httpUrl);
    }
}
