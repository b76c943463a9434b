package dev.kora.cdc.schema;

/** The structure that a row belongs to; its lower-case name stands in the snapshot topic. */
public enum ValueType {
    STRING,
    LIST,
    HASH,
    SET,
    COLLECTION,
    DOCUMENT,
    VECTOR,
    CHECKPOINT
}
