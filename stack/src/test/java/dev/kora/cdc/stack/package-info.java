/** Tests of the whole, and of what only runs with a broker. Each test opens and closes what it needs on its own thread. */
@NullMarked
package dev.kora.cdc.stack;

import org.jspecify.annotations.NullMarked;
