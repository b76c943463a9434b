package dev.kora.cdc.producer.source.resp;

import dev.kora.cdc.server.resp.Command;
import dev.kora.cdc.server.resp.CommandException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The commands that would change something that no kind of record tells: increments, pops, removals and the like. Known by
 * name so that whoever comes from Redis or Kora learns that they are left out, and not that they are unknown.
 */
final class UnloggedCommands {
    private static final String NAMES = """
            APPEND BITFIELD BITOP BLMOVE BLMPOP BLPOP BRPOP BRPOPLPUSH BZMPOP BZPOPMAX BZPOPMIN COPY DECR DECRBY DELEX
            GEOADD GEORADIUS GEORADIUSBYMEMBER GEOSEARCHSTORE GETDEL GETEX GETSET HDEL HEXPIRE HEXPIREAT HGETDEL HGETEX
            HINCRBY HINCRBYFLOAT HPERSIST HPEXPIRE HPEXPIREAT HSETEX HSETNX INCR INCRBY INCRBYFLOAT LINSERT LMOVE LMPOP LPOP
            LPUSHX LREM LSET LTRIM MIGRATE MOVE MSETEX MSETNX PERSIST PFADD PFMERGE RENAME RENAMENX RESTORE RPOP RPOPLPUSH
            RPUSHX SDIFFSTORE SETBIT SETNX SETRANGE SINTERSTORE SMOVE SORT SPOP SREM SUNIONSTORE SWAPDB XACK XACKDEL XADD
            XAUTOCLAIM XCLAIM XDEL XDELEX XGROUP XREADGROUP XSETID XTRIM ZADD ZDIFFSTORE ZINCRBY ZINTERSTORE ZMPOP ZPOPMAX
            ZPOPMIN ZRANGESTORE ZREM ZREMRANGEBYLEX ZREMRANGEBYRANK ZREMRANGEBYSCORE ZUNIONSTORE DOC.CREATE DOC.CREATEINDEX
            DOC.DROP DOC.DROPINDEX DOC.INSERT DOC.MSET DOC.UPDATE
            """;

    private UnloggedCommands() {}

    /**
     * Each of them, whatever its arguments.
     *
     * @param why the error that it answers, by its name
     */
    static List<Command> refused(Function<String, CommandException> why) {
        return Stream.of(NAMES.split("\\s+", -1))
                .filter(name -> !name.isEmpty())
                .map(name -> Command.refused(name, Command.Kind.WRITE, () -> why.apply(name)))
                .toList();
    }
}
