package dev.kora.cdc.registry;

import dev.kora.cdc.schema.CdcException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a schema registry is and how it is reached. The properties have the names that Confluent's client gives them:
 *
 * <table>
 * <caption>Properties</caption>
 * <tr><td>{@code basic.auth.user.info}</td><td>{@code user:password}, for the URLs that bring none</td></tr>
 * <tr><td>{@code ssl.truststore.location}, {@code .password}, {@code .type}</td><td>whose certificates are trusted, instead of
 *     those that the JDK trusts; type {@code PKCS12} (the default), {@code JKS} or {@code PEM}</td></tr>
 * <tr><td>{@code ssl.keystore.location}, {@code .password}, {@code .type}, {@code ssl.key.password}</td><td>the certificate
 *     and key that this client shows</td></tr>
 * <tr><td>{@code http.connect.timeout.ms}, {@code http.read.timeout.ms}</td><td>of one attempt; 3,000 and 5,000 by
 *     default</td></tr>
 * <tr><td>{@code max.retries}, {@code retries.wait.ms}</td><td>rounds over all URLs after the first, and the rest before the
 *     second round, which doubles from round to round; 4 and 250 by default</td></tr>
 * </table>
 */
public final class RegistrySettings {
    static final String USER_INFO = "basic.auth.user.info";
    static final String TRUST_STORE = "ssl.truststore";
    static final String KEY_STORE = "ssl.keystore";
    static final String KEY_PASSWORD = "ssl.key.password";
    static final String CONNECT_TIMEOUT = "http.connect.timeout.ms";
    static final String READ_TIMEOUT = "http.read.timeout.ms";
    static final String RETRIES = "max.retries";
    static final String RETRY_WAIT = "retries.wait.ms";

    private static final int MAX_TIMEOUT_MS = 600_000;
    private static final int PORT_LAST = 65_535;
    private static final Set<String> KEYS = new TreeSet<>(List.of(
            USER_INFO,
            TRUST_STORE + StoreFile.LOCATION,
            TRUST_STORE + StoreFile.PASSWORD,
            TRUST_STORE + StoreFile.TYPE,
            KEY_STORE + StoreFile.LOCATION,
            KEY_STORE + StoreFile.PASSWORD,
            KEY_STORE + StoreFile.TYPE,
            KEY_PASSWORD,
            CONNECT_TIMEOUT,
            READ_TIMEOUT,
            RETRIES,
            RETRY_WAIT));

    private final List<Endpoint> endpoints;
    private final Map<String, String> properties;
    private final Duration connectTimeout;
    private final Duration readTimeout;
    private final int retries;
    private final Duration retryWait;

    private RegistrySettings(String urls, Map<String, String> properties, List<String> problems) {
        this.properties = new TreeMap<>(properties);
        this.endpoints = endpoints(urls, Optional.ofNullable(properties.get(USER_INFO)), problems);
        this.connectTimeout = Duration.ofMillis(number(CONNECT_TIMEOUT, 3_000, 1, MAX_TIMEOUT_MS, problems));
        this.readTimeout = Duration.ofMillis(number(READ_TIMEOUT, 5_000, 1, MAX_TIMEOUT_MS, problems));
        this.retries = number(RETRIES, 4, 0, 20, problems);
        this.retryWait = Duration.ofMillis(number(RETRY_WAIT, 250, 0, MAX_TIMEOUT_MS, problems));
        checkKeys(problems);
    }

    /** As {@link #of(String, Map)}, without properties. */
    public static RegistrySettings of(String urls) {
        return of(urls, Map.of());
    }

    /**
     * Checks settings; does no I/O.
     *
     * @param urls one base URL, or several, separated by commas, of one registry: the first that answers is asked. Each may
     *     bring {@code user:password@}
     * @param properties as the class says
     * @throws CdcException.Invalid a URL or a property cannot be; the message names all that is wrong
     */
    public static RegistrySettings of(String urls, Map<String, String> properties) {
        List<String> problems = new ArrayList<>();
        RegistrySettings settings = new RegistrySettings(urls, properties, problems);
        if (!problems.isEmpty()) {
            throw new CdcException.Invalid("schema registry: " + String.join("; ", problems));
        }
        return settings;
    }

    private static List<Endpoint> endpoints(String urls, Optional<String> userInfo, List<String> problems) {
        List<Endpoint> endpoints = Arrays.stream(urls.split(","))
                .map(String::strip)
                .filter(url -> !url.isEmpty())
                .flatMap(url -> endpoint(url, urls, userInfo, problems).stream())
                .toList();
        if (endpoints.isEmpty() && problems.isEmpty()) {
            problems.add("no URL is given");
        }
        if (userInfo.isPresent() && !userInfo.get().contains(":")) {
            problems.add(USER_INFO + " must be user:password");
        }
        return endpoints;
    }

    private static Optional<Endpoint> endpoint(
            String url, String urls, Optional<String> userInfo, List<String> problems) {
        try {
            URI uri = new URI(url);
            if (!("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))
                    || uri.getHost() == null
                    || uri.getPort() == 0
                    || uri.getPort() > PORT_LAST
                    || uri.getRawQuery() != null
                    || uri.getRawFragment() != null) {
                problems.add("a URL must be http(s)://host[:port][/path] with a port from 1 to %d, unlike %s"
                        .formatted(PORT_LAST, masked(url, urls)));
                return Optional.empty();
            }
            URI base = new URI(uri.getScheme(), null, uri.getHost(), uri.getPort(), trimmed(uri.getPath()), null, null);
            return Optional.of(
                    new Endpoint(base, Optional.ofNullable(uri.getUserInfo()).or(() -> userInfo)));
        } catch (URISyntaxException e) {
            problems.add("%s is no URL: %s".formatted(masked(url, urls), e.getReason()));
            return Optional.empty();
        }
    }

    private static String trimmed(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** The URL without what may be a password, or a part of one that has a comma in it. */
    private static String masked(String url, String urls) {
        if (!urls.contains("@")) {
            return url;
        }
        return url.contains("@") ? "***" + url.substring(url.lastIndexOf('@')) : "***";
    }

    private void checkKeys(List<String> problems) {
        for (String key : properties.keySet()) {
            if (!KEYS.contains(key)) {
                problems.add(
                        "the property %s is unknown; did you mean %s?".formatted(key, Spelling.nearest(key, KEYS)));
            }
        }
        for (String store : List.of(TRUST_STORE, KEY_STORE)) {
            if (!properties.containsKey(store + StoreFile.LOCATION)
                    && (properties.containsKey(store + StoreFile.PASSWORD)
                            || properties.containsKey(store + StoreFile.TYPE))) {
                problems.add("%s%s is missing".formatted(store, StoreFile.LOCATION));
            }
        }
    }

    private int number(String key, int byDefault, int least, int most, List<String> problems) {
        String text = properties.get(key);
        if (text == null) {
            return byDefault;
        }
        try {
            int number = Integer.parseInt(text.strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        problems.add("%s must be a number from %d to %d, not '%s'".formatted(key, least, most, text));
        return byDefault;
    }

    List<Endpoint> endpoints() {
        return endpoints;
    }

    Duration connectTimeout() {
        return connectTimeout;
    }

    /** How long one attempt may take, once it is connected. */
    Duration readTimeout() {
        return readTimeout;
    }

    /** Rounds over all endpoints after the first. */
    int retries() {
        return retries;
    }

    /** The rest before the second round. */
    Duration retryWait() {
        return retryWait;
    }

    Optional<StoreFile> trustStore() {
        return store(TRUST_STORE, null);
    }

    Optional<StoreFile> keyStore() {
        return store(KEY_STORE, properties.get(KEY_PASSWORD));
    }

    private Optional<StoreFile> store(String name, @Nullable String keyPassword) {
        return Optional.ofNullable(properties.get(name + StoreFile.LOCATION))
                .map(location -> StoreFile.of(
                        name,
                        location,
                        properties.get(name + StoreFile.TYPE),
                        properties.get(name + StoreFile.PASSWORD),
                        keyPassword));
    }

    /** URLs and properties, without secrets. */
    @Override
    public String toString() {
        return "RegistrySettings[urls=%s, properties=%s]"
                .formatted(
                        endpoints,
                        properties.entrySet().stream()
                                .map(property -> property.getKey() + "=" + shown(property))
                                .collect(Collectors.joining(", ", "{", "}")));
    }

    private static String shown(Map.Entry<String, String> property) {
        String key = property.getKey();
        return key.equals(USER_INFO) || key.endsWith("password") ? "***" : property.getValue();
    }
}
