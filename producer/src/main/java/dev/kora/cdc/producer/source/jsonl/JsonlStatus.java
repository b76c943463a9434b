package dev.kora.cdc.producer.source.jsonl;

/**
 * How far the reading of lines has come.
 *
 * @param read lines read by this source
 * @param appended of them: committed in the log
 * @param skipped of them: empty ones and control ops, which are not for appending
 * @param rejected of them: malformed or beyond a limit; they were not appended
 * @param committedLine number of the last line that is committed, also by a source before; 0 where none is
 * @param complete whether the input was read to its end and all of it is committed
 */
public record JsonlStatus(long read, long appended, long skipped, long rejected, long committedLine, boolean complete) {

    /** In words. */
    String text() {
        String counts =
                "%d lines read, %d appended, %d skipped, %d rejected".formatted(read, appended, skipped, rejected);
        return complete ? counts : "%s; committed at least up to line %d".formatted(counts, committedLine);
    }
}
