package dev.kora.cdc.reader;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.SnapshotRow;
import java.util.List;

/**
 * A piece of a snapshot, to be applied whole or not at all. No row key stands in it twice.
 *
 * @param deletions row keys to delete; some may not be there
 * @param puts rows to set, replacing those under the same row key
 * @param progress where the sink stands afterwards, to be kept with the rows
 */
public record SnapshotPiece(List<Bytes> deletions, List<SnapshotRow> puts, SnapshotProgress progress) {}
