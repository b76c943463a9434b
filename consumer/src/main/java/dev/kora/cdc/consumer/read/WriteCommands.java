package dev.kora.cdc.consumer.read;

import dev.kora.cdc.server.resp.Command;
import java.util.List;
import java.util.stream.Stream;

/** The commands that would change something: Redis's and the gateway's. Known by name so that all are refused alike. */
final class WriteCommands {
    private static final String NAMES = """
            APPEND BITFIELD BITOP BLMOVE BLMPOP BLPOP BRPOP BRPOPLPUSH BZMPOP BZPOPMAX BZPOPMIN COPY DECR DECRBY DEL DELEX
            EXPIRE EXPIREAT FLUSHALL FLUSHDB FUNCTION GEOADD GEORADIUS GEORADIUSBYMEMBER GEOSEARCHSTORE GETDEL GETEX GETSET
            HDEL HEXPIRE HEXPIREAT HGETDEL HGETEX HINCRBY HINCRBYFLOAT HMSET HPERSIST HPEXPIRE HPEXPIREAT HSET HSETEX HSETNX
            INCR INCRBY INCRBYFLOAT LINSERT LMOVE LMPOP LPOP LPUSH LPUSHX LREM LSET LTRIM MIGRATE MOVE MSET MSETEX MSETNX
            PERSIST PEXPIRE PEXPIREAT PFADD PFMERGE PSETEX RENAME RENAMENX RESTORE RESTORE-ASKING RPOP RPOPLPUSH RPUSH RPUSHX
            SADD SDIFFSTORE SET SETBIT SETEX SETNX SETRANGE SINTERSTORE SMOVE SORT SPOP SREM SUNIONSTORE SWAPDB UNLINK
            XACK XACKDEL XADD XAUTOCLAIM XCLAIM XDEL XDELEX XGROUP XREADGROUP XSETID XTRIM ZADD ZDIFFSTORE ZINCRBY
            ZINTERSTORE ZMPOP ZPOPMAX ZPOPMIN ZRANGESTORE ZREM ZREMRANGEBYLEX ZREMRANGEBYRANK ZREMRANGEBYSCORE ZUNIONSTORE
            DOC.CREATE DOC.CREATEINDEX DOC.DEL DOC.DROP DOC.DROPINDEX DOC.INSERT DOC.MSET DOC.SET DOC.UPDATE VECDEL VECSET
            """;

    private WriteCommands() {}

    /** Each write command, answering that this port does not write, whatever its arguments. */
    static List<Command> refused() {
        return Stream.of(NAMES.split("\\s+", -1))
                .filter(name -> !name.isEmpty())
                .map(name -> Command.refused(name, Command.Kind.WRITE, Errors::readOnly))
                .toList();
    }
}
