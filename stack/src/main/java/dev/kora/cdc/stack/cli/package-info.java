/**
 * The {@code kora-cdc} command. Its classes parse arguments, call what does the work and print; they run on the process's
 * main thread, and alone in this project they write to the screen.
 */
@NullMarked
package dev.kora.cdc.stack.cli;

import org.jspecify.annotations.NullMarked;
