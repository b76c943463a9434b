package dev.kora.cdc.producer.source.jsonl;

/** Is told what people want to know while lines are read. Called on the reading thread. */
public interface JsonlListener {

    /**
     * A line was not appended, nor ever will be.
     *
     * @param line its number, from 1
     * @param why what is wrong with it
     */
    void rejected(long line, String why);

    /** What goes on, in a sentence: where reading begins, how far it has come, what it waits for. */
    void notice(String sentence);
}
