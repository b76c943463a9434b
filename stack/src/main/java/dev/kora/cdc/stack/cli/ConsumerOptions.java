package dev.kora.cdc.stack.cli;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which consumer a command talks to. */
class ConsumerOptions {
    private static final int PORT_LAST = 65_535;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--http-url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "HTTP API of the consumer (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String httpUrl;

    /**
     * The consumer's API.
     *
     * @throws ParameterException the URL is none, or leads elsewhere than to the root of a server
     */
    final ConsumerApi api() {
        URI url = parsed(httpUrl);
        if (url == null || !isServer(url)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--http-url must be http(s)://HOST[:PORT] with a port from 1 to 65535, unlike '%s'"
                            .formatted(httpUrl));
        }
        return new ConsumerApi(url);
    }

    /** The command that has these options. */
    final CommandLine commandLine() {
        return spec.commandLine();
    }

    private static @Nullable URI parsed(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            return null; // its words are those of a grammar
        }
    }

    /** What stands behind the port would be left out of requests, and go unnoticed. */
    private static boolean isServer(URI url) {
        boolean web = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
        boolean port = url.getPort() == -1 || (url.getPort() >= 1 && url.getPort() <= PORT_LAST);
        boolean root = url.getRawUserInfo() == null
                && ("".equals(url.getRawPath()) || "/".equals(url.getRawPath()))
                && url.getRawQuery() == null
                && url.getRawFragment() == null;
        return web && url.getHost() != null && port && root;
    }
}
