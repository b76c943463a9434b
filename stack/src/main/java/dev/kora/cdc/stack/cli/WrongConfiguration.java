package dev.kora.cdc.stack.cli;

import dev.kora.cdc.schema.CdcException;
import picocli.CommandLine;

/** The settings cannot be; the message has a line for each problem. */
final class WrongConfiguration extends CommandLine.ParameterException {
    WrongConfiguration(CommandLine commandLine, CdcException.Invalid problems) {
        super(commandLine, problems.getMessage(), problems);
    }
}
