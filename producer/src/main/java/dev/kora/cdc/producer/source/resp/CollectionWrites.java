package dev.kora.cdc.producer.source.resp;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.server.resp.Reply;
import dev.kora.cdc.server.resp.Request;
import java.util.List;
import java.util.function.BiFunction;

/** LPUSH, RPUSH, SADD, HSET, HMSET. What is too much for one record becomes several, in one commit. */
final class CollectionWrites {
    private CollectionWrites() {}

    static List<WriteCommand> commands() {
        return List.of(
                elements("LPUSH", WalRecord.LPush::new),
                elements("RPUSH", WalRecord.RPush::new),
                elements("SADD", WalRecord.SAdd::new),
                WriteCommand.ofKey("HSET", -4, (request, nowMs) -> hset(request, "hset")),
                WriteCommand.ofKey("HMSET", -4, (request, nowMs) -> hmset(request)));
    }

    private static WriteCommand elements(String name, BiFunction<Bytes, List<Bytes>, WalRecord> record) {
        return WriteCommand.ofKey(name, -3, (request, nowMs) -> {
            Bytes key = Bytes.of(request.argument(1));
            Bytes[] elements = new Bytes[request.size() - 2];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = Bytes.of(request.argument(i + 2));
            }
            return Write.accepted(
                    elements.length,
                    Pieces.of(List.of(elements), Bytes::length).stream()
                            .map(piece -> record.apply(key, piece))
                            .toList());
        });
    }

    private static Write hset(Request request, String command) {
        if (request.size() % 2 != 0) {
            throw Errors.arity(command);
        }
        Bytes key = Bytes.of(request.argument(1));
        WalRecord.Field[] fields = new WalRecord.Field[request.size() / 2 - 1];
        for (int i = 0; i < fields.length; i++) {
            int at = 2 * i + 2;
            fields[i] = new WalRecord.Field(Bytes.of(request.argument(at)), Bytes.of(request.argument(at + 1)));
        }
        return Write.accepted(
                fields.length,
                Pieces.of(
                                List.of(fields),
                                field -> field.field().length() + field.value().length())
                        .stream()
                        .map(piece -> (WalRecord) new WalRecord.HSet(key, piece))
                        .toList());
    }

    private static Write hmset(Request request) {
        return new Write(hset(request, "hmset").records(), Reply.OK, null);
    }
}
