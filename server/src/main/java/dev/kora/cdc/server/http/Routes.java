package dev.kora.cdc.server.http;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All routes of an endpoint: finds the one for a request, or says what is wrong with it. Immutable. */
final class Routes {

    /** Either the route, or the answer to a request that has none. */
    sealed interface Found {
        record Handled(Route route) implements Found {}

        /**
         * There is no route.
         *
         * @param allow methods that the path does have, for the header of that name; empty if it has none
         */
        record Missing(Response response, String allow) implements Found {}
    }

    private final Map<String, Map<String, Route>> byPath = new TreeMap<>();

    Routes(List<Route> routes) {
        for (Route route : routes) {
            Map<String, Route> methods = byPath.computeIfAbsent(route.path(), path -> new TreeMap<>());
            if (methods.putIfAbsent(route.method(), route) != null) {
                throw new IllegalArgumentException("two routes for " + route.method() + " " + route.path());
            }
        }
    }

    /** The methods of a path with braces that this one is like; null where there is none. */
    private @Nullable Map<String, Route> patterned(String path) {
        String[] segments = path.split("/", -1);
        for (Map.Entry<String, Map<String, Route>> each : byPath.entrySet()) {
            if (matches(each.getKey().split("/", -1), segments)) {
                return each.getValue();
            }
        }
        return null;
    }

    private static boolean matches(String[] pattern, String[] segments) {
        boolean matches = pattern.length == segments.length;
        for (int i = 0; matches && i < pattern.length; i++) {
            matches = pattern[i].startsWith("{") ? !segments[i].isEmpty() : pattern[i].equals(segments[i]);
        }
        return matches;
    }

    Found find(String method, String path) {
        Map<String, Route> methods = byPath.getOrDefault(path, patterned(path));
        if (methods == null) {
            String message = "no such path: " + path + "; there are " + String.join(", ", byPath.keySet());
            return new Found.Missing(Response.error(404, message), "");
        }
        Route route = methods.get(method.equals("HEAD") ? "GET" : method);
        if (route == null) {
            String allow = String.join(", ", allowed(methods.keySet()));
            String message = method + " is not possible on " + path + "; possible: " + allow;
            return new Found.Missing(Response.error(405, message), allow);
        }
        return new Found.Handled(route);
    }

    private static Set<String> allowed(Set<String> methods) {
        Set<String> allowed = new TreeSet<>(methods);
        if (allowed.contains("GET")) {
            allowed.add("HEAD");
        }
        return allowed;
    }
}
