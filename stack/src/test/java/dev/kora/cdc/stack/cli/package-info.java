/** Tests of the command. */
@NullMarked
package dev.kora.cdc.stack.cli;

import org.jspecify.annotations.NullMarked;
