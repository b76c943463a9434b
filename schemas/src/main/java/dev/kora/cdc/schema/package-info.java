/**
 * What flows through Kora CDC: the contract an engine calls ({@link dev.kora.cdc.schema.WalWriter}, {@link
 * dev.kora.cdc.schema.WalRecord}), the entries of the WAL topic, the rows of the snapshot topic, and the bytes of all of
 * them. Everything here is immutable or stateless and owned by no thread.
 */
@NullMarked
package dev.kora.cdc.schema;

import org.jspecify.annotations.NullMarked;
