package dev.kora.cdc.stack.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import java.util.Iterator;
import org.slf4j.LoggerFactory;

/** What is logged where: warnings on the screen, more of it there with {@code --verbose}, and the whole story in a file. */
final class Logging {
    private static final String OWN = "dev.kora";
    private static final String KAFKA = "org.apache.kafka";
    private static final String KAFKA_NETWORK = "org.apache.kafka.clients.NetworkClient";
    private static final String FILE_PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{36}: %msg %kvp%n";
    private static final FileSize FILE_LIMIT = new FileSize(16L * 1024 * 1024);

    private Logging() {}

    /** Shows our own INFO on the screen where {@code verbose} is set. */
    static void configure(boolean verbose) {
        if (verbose) {
            logger(OWN).setLevel(Level.INFO);
        }
    }

    /**
     * Silences Kafka's clients, unless {@code verbose}: what keeps a short command from its answer is told in one line, while
     * they would tell it again and again.
     */
    static void hushClients(boolean verbose) {
        if (!verbose) {
            logger(KAFKA).setLevel(Level.OFF);
            logger(KAFKA_NETWORK).setLevel(null); // as its parent; the configuration says otherwise
        }
    }

    /** Shows our own INFO on the screen, with the date: who runs a service keeps what it says. */
    static void ofService(boolean verbose) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        logger(OWN).setLevel(verbose ? Level.DEBUG : Level.INFO);
        Logger root = logger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        for (Iterator<Appender<ILoggingEvent>> screens = root.iteratorForAppenders(); screens.hasNext(); ) {
            if (screens.next() instanceof ConsoleAppender<ILoggingEvent> screen) {
                screen.setEncoder(encoder(context));
            }
        }
    }

    /** Writes our own INFO, and the warnings of everything else, to a file of at most 16 MiB and the one before it. */
    static void toFile(Path file, boolean verbose) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = logger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        if (!verbose) {
            for (Iterator<Appender<ILoggingEvent>> screens = root.iteratorForAppenders(); screens.hasNext(); ) {
                screens.next().addFilter(warningsOnly());
            }
        }
        root.addAppender(appender(context, file));
        logger(OWN).setLevel(Level.INFO);
    }

    private static ThresholdFilter warningsOnly() {
        ThresholdFilter filter = new ThresholdFilter();
        filter.setLevel(Level.WARN.levelStr);
        filter.start();
        return filter;
    }

    private static RollingFileAppender<ILoggingEvent> appender(LoggerContext context, Path file) {
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setContext(context);
        appender.setFile(file.toString());
        appender.setEncoder(encoder(context));
        appender.setRollingPolicy(oneBefore(context, file, appender));
        appender.setTriggeringPolicy(whenFull(context));
        appender.start();
        return appender;
    }

    private static PatternLayoutEncoder encoder(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(FILE_PATTERN);
        encoder.start();
        return encoder;
    }

    private static FixedWindowRollingPolicy oneBefore(
            LoggerContext context, Path file, RollingFileAppender<ILoggingEvent> parent) {
        FixedWindowRollingPolicy policy = new FixedWindowRollingPolicy();
        policy.setContext(context);
        policy.setParent(parent);
        policy.setFileNamePattern(file + ".%i");
        policy.setMinIndex(1);
        policy.setMaxIndex(1);
        policy.start();
        return policy;
    }

    private static SizeBasedTriggeringPolicy<ILoggingEvent> whenFull(LoggerContext context) {
        SizeBasedTriggeringPolicy<ILoggingEvent> policy = new SizeBasedTriggeringPolicy<>();
        policy.setContext(context);
        policy.setMaxFileSize(FILE_LIMIT);
        policy.start();
        return policy;
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }
}
