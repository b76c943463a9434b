/**
 * The schema registry's client: registers the schemas of a database, or looks them up, and gives schemas by their ids. It is
 * asked at start, and for an id that was never seen; never on the hot path. Owned by no thread.
 */
@NullMarked
package dev.kora.cdc.registry;

import org.jspecify.annotations.NullMarked;
