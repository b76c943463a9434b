package dev.kora.cdc.stack.cli;

import dev.kora.cdc.stack.Version;
import dev.kora.cdc.stack.config.Configuration.Effective;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Tells the log which version starts, and with which settings. */
final class Announcement {
    private static final Logger LOG = LoggerFactory.getLogger(Announcement.class);

    private Announcement() {}

    /**
     * Logs two lines.
     *
     * @param effective settings, secrets masked
     */
    static void log(CommandSpec command, List<Effective> effective) {
        LOG.atInfo()
                .addKeyValue("version", Version.text())
                .addKeyValue("java", Runtime.version())
                .addKeyValue("pid", ProcessHandle.current().pid())
                .log("{} starts", command.qualifiedName());
        LoggingEventBuilder line = LOG.atInfo();
        for (Effective each : effective) {
            line = line.addKeyValue(each.key(), each);
        }
        line.log("with these settings");
    }

    /** The options of a command that has no other settings. */
    static List<Effective> ofOptions(CommandSpec command) {
        CommandLine.ParseResult given = command.commandLine().getParseResult();
        List<Effective> effective = new ArrayList<>();
        for (OptionSpec option : command.options()) {
            Object value = option.getValue();
            if (value != null && !option.usageHelp() && !option.versionHelp()) {
                String origin = given.hasMatchedOption(option) ? option.longestName() : "default";
                effective.add(new Effective(option.longestName().replaceFirst("^-+", ""), value.toString(), origin));
            }
        }
        return effective;
    }
}
