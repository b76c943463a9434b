package dev.kora.cdc.producer.source.resp;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.server.resp.Request;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** DOC.SET, DOC.DEL. */
final class DocumentWrites {
    private DocumentWrites() {}

    static List<WriteCommand> commands() {
        return List.of(
                WriteCommand.keyless("DOC.SET", 4, DocumentWrites::set),
                WriteCommand.keyless("DOC.DEL", 3, DocumentWrites::del));
    }

    private static Write set(Request request, long nowMs) {
        Bytes collection = name(request, 1, "the collection");
        Bytes docId = name(request, 2, "the document id");
        JsonObjects.check(text(request, 3, "the document"));
        return Write.ok(new WalRecord.DocSet(collection, docId, Bytes.of(request.argument(3))));
    }

    private static Write del(Request request, long nowMs) {
        return Write.one(new WalRecord.DocDel(name(request, 1, "the collection"), name(request, 2, "the document id")));
    }

    /**
     * A name of a collection or a document. To whoever keeps documents names are text, in which all that is not UTF-8 looks
     * alike: the same document would be in two shards.
     */
    private static Bytes name(Request request, int index, String what) {
        text(request, index, what);
        return Bytes.of(request.argument(index));
    }

    private static String text(Request request, int index, String what) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(request.argument(index)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Errors.notUtf8(what);
        }
    }
}
