package dev.kora.cdc.server.resp;

import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of exceptions that nobody foresaw: to the log with their trace, to the client without it. Thread-safe. */
final class Bugs {
    private static final Logger log = LoggerFactory.getLogger(Bugs.class);

    private final String port;
    private final RespMetrics metrics;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    Bugs(String port, RespMetrics metrics) {
        this.port = port;
        this.metrics = metrics;
    }

    /**
     * Counts and logs an exception, and says what to reply. The same exception of the same command is logged once: a busy
     * client would fill the disk with it.
     *
     * @param command the command's name, or what else was being done
     */
    Reply.Failure report(String command, Throwable cause) {
        metrics.bug();
        String where = command.toLowerCase(Locale.ROOT);
        if (known.add(where + ' ' + cause.getClass().getName())) {
            log.atError()
                    .setCause(cause)
                    .addKeyValue("port", port)
                    .addKeyValue("command", where)
                    .log("a command failed in a way that nobody foresaw; further ones like it are only counted");
        }
        return Reply.failure("ERR internal error in '" + where + "': the log of the server tells more");
    }
}
