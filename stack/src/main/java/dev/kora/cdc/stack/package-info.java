/**
 * Everything of Kora CDC in one process on one directory: the embedded broker, the schema registry as a child process, and
 * the wiring of sources, materialiser and reads over them. Objects here are opened, and closed, by the thread of the
 * command or the test that starts the stack; each starts the threads it needs and ends them with its {@code close()}.
 */
@NullMarked
package dev.kora.cdc.stack;

import org.jspecify.annotations.NullMarked;
