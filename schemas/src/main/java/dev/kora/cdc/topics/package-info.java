/**
 * The topics of a database: created on first start, and checked on every start, for an unsafe setting loses changes in
 * silence. Kafka's Admin client is asked for this alone; everything else goes through {@link dev.kora.cdc.log.Log}. Owned by
 * no thread.
 */
@NullMarked
package dev.kora.cdc.topics;

import org.jspecify.annotations.NullMarked;
