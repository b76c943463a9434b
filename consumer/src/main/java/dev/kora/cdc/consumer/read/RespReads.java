package dev.kora.cdc.consumer.read;

import dev.kora.cdc.consumer.shard.ShardDirectory;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.server.resp.Command;
import dev.kora.cdc.server.resp.CommandTable;
import dev.kora.cdc.server.resp.InfoSection;
import dev.kora.cdc.server.resp.Reply;
import dev.kora.cdc.server.resp.Request;
import dev.kora.cdc.server.resp.Session;
import dev.kora.cdc.server.resp.SessionKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The commands of a read-only port: any Redis client reads the snapshot.
 *
 * <p>Where Redis has the command, the answer is Redis's; what is missing from Redis ({@code DOC.*}, {@code VEC.*}, {@code
 * SHARD}) is named so that it cannot be taken for one of its own. Errors beyond Redis's: {@code HALTED}, {@code
 * UNAVAILABLE}, {@code SHARDSPLIT} (see {@link Sight}), {@code TOOLARGE}. Every write is refused with {@code READONLY}.
 *
 * <p>A command sees each shard as of one commit. Commands read from disk, so they belong on threads that may wait, not on
 * event loops. Thread-safe.
 */
public final class RespReads {
    private static final SessionKey<Scope> SCOPE = new SessionKey<>(Scope.class, Scope.ALL);

    private final ShardDirectory directory;
    private final InstantSource clock;
    private final List<ReadCommand> reads;
    private final ShardInfo info;

    /**
     * Reads of these shards.
     *
     * @param clock says which keys have expired
     * @param random picks for RANDOMKEY; called on many threads
     */
    public RespReads(ShardDirectory directory, InstantSource clock, RandomGenerator random, ReadLimits limits) {
        this.directory = directory;
        this.clock = clock;
        this.reads = reads(random, limits);
        this.info = new ShardInfo(directory, clock);
    }

    static List<ReadCommand> reads(RandomGenerator random, ReadLimits limits) {
        long replyBytes = limits.replyBytes();
        Pager pager = new Pager(new ScanCursors(limits.cursors(), limits.cursorBytes()), replyBytes);
        return Stream.of(
                        new StringReads(replyBytes).commands(),
                        new KeyReads(replyBytes, random).commands(),
                        new ListReads(replyBytes).commands(),
                        new HashReads(replyBytes).commands(),
                        new SetReads(replyBytes).commands(),
                        new ScanReads(pager).commands(),
                        new DocumentReads(replyBytes).commands(),
                        new VectorReads(replyBytes).commands())
                .flatMap(List::stream)
                .toList();
    }

    /** The commands of the port, to which the server adds those about the connection. */
    public CommandTable commands() {
        List<Command> commands = new ArrayList<>();
        for (ReadCommand read : reads) {
            commands.add(Command.read(
                    read.name(),
                    read.arity(),
                    read.keys(),
                    (session, request) -> answer(read, session.get(SCOPE), request)));
        }
        commands.add(Command.connection("SHARD", -1, this::shard));
        commands.addAll(WriteCommands.refused());
        return CommandTable.of(commands);
    }

    /** What INFO tells of the shards, as they are now. */
    public List<InfoSection> info() {
        return info.sections();
    }

    private Reply answer(ReadCommand read, Scope scope, Request request) {
        try (Sight sight = Sight.open(directory, scope, clock.millis())) {
            return read.body().answer(sight, request);
        } catch (CdcException e) {
            throw Errors.failed(e);
        }
    }

    /** {@code SHARD n} restricts the connection to one shard, {@code SHARD ALL} lifts that, {@code SHARD} tells. */
    private Reply shard(Session session, Request request) {
        if (request.size() > 2) {
            throw Errors.syntax();
        }
        if (request.size() == 1) {
            return Reply.bulk(session.get(SCOPE).text());
        }
        session.set(SCOPE, request.is(1, "ALL") ? Scope.ALL : Scope.of(number(request)));
        return Reply.OK;
    }

    private int number(Request request) {
        long number = request.integer(1);
        if (number < 0 || number >= directory.shards()) {
            throw Errors.noShard(directory.shards());
        }
        return (int) number;
    }
}
