package dev.kora.cdc.producer.source.resp;

import dev.kora.cdc.server.resp.Reply;
import dev.kora.cdc.server.resp.ReplyTo;
import java.util.ArrayList;
import java.util.List;

/** Keeps what it is told. */
final class FakeReplyTo implements ReplyTo {
    private final List<Reply> replies = new ArrayList<>();
    private int busy;

    @Override
    public void reply(Reply reply) {
        replies.add(reply);
    }

    @Override
    public void busy() {
        busy++;
    }

    /** Every reply there was. */
    List<Reply> replies() {
        return replies;
    }

    int timesBusy() {
        return busy;
    }

    /** The text of the only reply, an error. */
    String error() {
        if (replies.size() == 1 && replies.get(0) instanceof Reply.Failure failure) {
            return failure.text();
        }
        throw new AssertionError("no error, but " + replies);
    }
}
