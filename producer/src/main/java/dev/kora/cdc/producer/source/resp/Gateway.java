package dev.kora.cdc.producer.source.resp;

import dev.kora.cdc.producer.Publisher;
import dev.kora.cdc.producer.ShardRouter;
import dev.kora.cdc.server.resp.Command;
import dev.kora.cdc.server.resp.CommandTable;
import dev.kora.cdc.server.resp.InfoSection;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The commands of a port that takes mutations from any Redis client and acknowledges them once they are committed in the
 * log.
 *
 * <p>It stands in for an engine but keeps no state, so a reply says what was <i>accepted</i>, not what it did: LPUSH, RPUSH,
 * SADD, HSET, DEL and EXPIRE answer the number of values, members, fields or keys in this call; a wrong type is found by
 * the fold, which rejects the record and counts it; options that depend on the key's state (NX, XX, GET, KEEPTTL, GT, LT)
 * are refused, as is each command that no kind of record tells (INCR, LPOP, SREM, …). {@code VECSET key dims f1 f2 …} adds a vector of decimal numbers. {@code FLUSHDB} clears keys; documents and
 * vectors stay.
 *
 * <p><b>Shards</b> are those of {@link ShardRouter}. All records of one command are in one commit, whatever their shards.
 *
 * <p><b>Times.</b> {@code EXAT}, {@code PXAT}, {@code EXPIREAT} and {@code PEXPIREAT} are kept to the millisecond; the others
 * are counted from the time that the entry gets.
 *
 * <p><b>Errors</b> beyond Redis's: {@code TOOLARGE}, a field or the command is beyond a limit, nothing was logged; {@code
 * UNAVAILABLE}, the publisher has stopped or Kafka is away, and the text says whether the command may be in the log all the same; {@code
 * READONLY}, this database has another source. Where there is no room for a command, its connection is not read until
 * there is.
 *
 * <p>Thread-safe. The commands never wait, so they may run on event loops.
 */
public final class Gateway {
    private final List<Command> commands;
    private final Supplier<List<InfoSection>> info;
    private final GatewayMetrics metrics;

    private Gateway(
            List<Command> writes, List<Command> unlogged, Supplier<List<InfoSection>> info, GatewayMetrics metrics) {
        this.commands = Stream.of(writes, unlogged, ReadCommands.refused())
                .flatMap(List::stream)
                .toList();
        this.info = info;
        this.metrics = metrics;
    }

    /**
     * A gateway that logs through {@code publisher}, which stays the caller's to close, after the port.
     *
     * @param clock the publisher's: what is absolute is measured by it
     */
    public static Gateway logging(Publisher publisher, InstantSource clock) {
        GatewayMetrics metrics = new GatewayMetrics(WriteCommand.ALL);
        ShardRouter router = new ShardRouter(publisher.shards());
        List<Command> writes = WriteCommand.ALL.stream()
                .map(write -> Command.write(
                        write.name(),
                        write.arity(),
                        write.keys(),
                        new WriteHandler(write, publisher, router, clock, metrics.of(write.name()))))
                .toList();
        return new Gateway(
                writes,
                UnloggedCommands.refused(Errors::unlogged),
                new GatewayInfo(publisher, metrics)::sections,
                metrics);
    }

    /**
     * A gateway of a database that a Kora engine writes: it refuses every write.
     *
     * @param followed the engine's data directory, as the error shall name it
     */
    public static Gateway refusing(String followed) {
        GatewayMetrics metrics = new GatewayMetrics(WriteCommand.ALL);
        List<Command> writes = WriteCommand.ALL.stream()
                .map(write -> Command.refused(write.name(), Command.Kind.WRITE, () -> {
                    metrics.of(write.name()).refuse();
                    return Errors.follows(followed);
                }))
                .toList();
        return new Gateway(
                writes,
                UnloggedCommands.refused(name -> Errors.follows(followed)),
                () -> GatewayInfo.refusing(followed),
                metrics);
    }

    /** The commands of the port, to which the server adds those about the connection. */
    public CommandTable commands() {
        return CommandTable.of(commands);
    }

    /** What INFO tells of the gateway, as it is now. */
    public List<InfoSection> info() {
        return info.get();
    }

    /** What the gateway counts, by command. */
    public GatewayMetrics metrics() {
        return metrics;
    }
}
