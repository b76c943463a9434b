package dev.kora.cdc.schema;

/** A number of things, in words. */
public final class Count {
    private Count() {}

    /**
     * Such as "1 shard" and "2 shards".
     *
     * @param thing of which a plural is made by an s
     */
    public static String of(long number, String thing) {
        return number == 1 ? "1 " + thing : "%d %ss".formatted(number, thing);
    }
}
