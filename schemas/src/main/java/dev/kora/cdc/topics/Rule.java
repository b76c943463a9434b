package dev.kora.cdc.topics;

import java.util.function.Predicate;

/**
 * What a setting of a topic must be.
 *
 * @param wanted what it is set to
 * @param bound how {@code wanted} binds: empty where it must be just that, else "at least" or "at most"
 * @param otherwise what happens where it is not so
 * @param holds whether a value found will do
 */
record Rule(String setting, String wanted, String bound, String otherwise, Predicate<String> holds) {

    static Rule exactly(String setting, String wanted, String otherwise) {
        return new Rule(setting, wanted, "", otherwise, wanted::equals);
    }

    static Rule atLeast(String setting, long wanted, String otherwise) {
        return new Rule(
                setting, Long.toString(wanted), "at least ", otherwise, found -> Long.parseLong(found) >= wanted);
    }

    static Rule atMost(String setting, long wanted, String otherwise) {
        return new Rule(
                setting, Long.toString(wanted), "at most ", otherwise, found -> Long.parseLong(found) <= wanted);
    }
}
