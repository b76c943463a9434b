/**
 * What runs in the schema registry's own process, and nothing else: its class path holds the registry and this package, so
 * that it must not touch any other class of ours. Owned by that process's main thread.
 */
@NullMarked
package dev.kora.cdc.stack.registry;

import org.jspecify.annotations.NullMarked;
