package dev.kora.cdc.producer.source.resp;

import dev.kora.cdc.server.resp.Command;
import java.util.List;
import java.util.stream.Stream;

/** The commands that would read something: Redis's and the read port's. Known by name so that all get the same advice. */
final class ReadCommands {
    private static final String NAMES = """
            BITCOUNT BITFIELD_RO BITPOS DBSIZE DUMP EXISTS EXPIRETIME GEODIST GEOHASH GEOPOS GEORADIUSBYMEMBER_RO
            GEORADIUS_RO GEOSEARCH GET GETBIT GETRANGE HEXISTS HEXPIRETIME HGET HGETALL HKEYS HLEN HMGET HPEXPIRETIME HPTTL
            HRANDFIELD HSCAN HSTRLEN HTTL HVALS KEYS LCS LINDEX LLEN LPOS LRANGE MGET PEXPIRETIME PFCOUNT PTTL RANDOMKEY
            SCAN SCARD SDIFF SINTER SINTERCARD SISMEMBER SMEMBERS SMISMEMBER SORT_RO SRANDMEMBER SSCAN STRLEN SUBSTR SUNION
            TOUCH TTL TYPE XINFO XLEN XPENDING XRANGE XREAD XREVRANGE ZCARD ZCOUNT ZDIFF ZINTER ZINTERCARD ZLEXCOUNT ZMSCORE
            ZRANDMEMBER ZRANGE ZRANGEBYLEX ZRANGEBYSCORE ZRANK ZREVRANGE ZREVRANGEBYLEX ZREVRANGEBYSCORE ZREVRANK ZSCAN
            ZSCORE ZUNION DOC.COLLECTIONS DOC.GET DOC.KEYS SHARD VEC.DIM VEC.GET VEC.KEYS
            """;

    private ReadCommands() {}

    /** Each read command, answering where to read, whatever its arguments. */
    static List<Command> refused() {
        return Stream.of(NAMES.split("\\s+", -1))
                .filter(name -> !name.isEmpty())
                .map(name -> Command.refused(name, Command.Kind.READ, Errors::readElsewhere))
                .toList();
    }
}
