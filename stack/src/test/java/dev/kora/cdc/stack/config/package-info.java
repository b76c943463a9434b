/** Tests of the settings. */
@NullMarked
package dev.kora.cdc.stack.config;

import org.jspecify.annotations.NullMarked;
