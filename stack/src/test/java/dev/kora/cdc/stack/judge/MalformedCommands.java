package dev.kora.cdc.stack.judge;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.stack.RespValue;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** Writes that no server takes, each for a reason of its own. {@code k} stands for a key. */
final class MalformedCommands {
    private static final List<String> ALL = """
            SET
            SET k
            SET k v EX
            SET k v EX 0
            SET k v EX -1
            SET k v EX 1.5
            SET k v EX 9223372036854775807
            SET k v EX 9223372036854775808
            SET k v PX abc
            SET k v PX 9223372036854775807
            SET k v EXAT 0
            SET k v PXAT -5
            SET k v PXAT 01
            SET k v EX 10 PX 10
            SET k v NOSUCH
            SET k v NOSUCH 10
            SETEX k 0 v
            SETEX k abc v
            SETEX k 10
            PSETEX k -5 v
            PSETEX k 1
            MSET
            MSET k
            MSET k v k
            DEL
            UNLINK
            EXPIRE k
            EXPIRE k abc
            EXPIRE k 9223372036854775807
            EXPIRE k -9223372036854775808
            PEXPIRE k 9223372036854775807
            PEXPIRE k 1.0
            EXPIREAT k
            EXPIREAT k x
            EXPIREAT k 9223372036854775807
            PEXPIREAT k 9223372036854775808
            EXPIRE k 10 NOSUCH
            LPUSH k
            RPUSH k
            RPUSH
            SADD k
            HSET k
            HSET k f
            HSET k f v f
            HMSET k f
            HMSET k f v f
            FLUSHDB NOSUCH
            FLUSHALL SYNC ASYNC
            NOSUCH some arguments
            """.lines().toList();

    private MalformedCommands() {}

    static Command next(Random random, Bytes key) {
        String[] words = ALL.get(random.nextInt(ALL.size())).split(" ", -1);
        return new Command(
                Stream.of(words)
                        .map(word -> word.equals("k") ? key : Bytes.utf8(word))
                        .toList(),
                new RespValue('-', Optional.empty(), List.of()),
                Command.Kind.MALFORMED);
    }
}
