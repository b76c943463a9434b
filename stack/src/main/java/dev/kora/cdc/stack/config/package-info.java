/**
 * The settings of the command: one table of them ({@link dev.kora.cdc.stack.config.Settings}), and how their values are found on
 * the command line, in the environment, in a file and among the defaults. Used by the thread of the command before anything
 * runs; what comes of it is immutable.
 */
@NullMarked
package dev.kora.cdc.stack.config;

import org.jspecify.annotations.NullMarked;
