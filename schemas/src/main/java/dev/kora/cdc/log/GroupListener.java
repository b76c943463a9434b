package dev.kora.cdc.log;

import java.util.Set;

/**
 * Is told which partitions a member of a group holds. All calls come one at a time, on the group's own thread, which does
 * nothing else meanwhile: a call that takes longer than {@code max.poll.interval.ms} (5 minutes) costs the member all its
 * partitions. Nothing may be thrown.
 */
public interface GroupListener {

    /**
     * The member holds these partitions from now on, besides those it has.
     *
     * @param membership to be given to {@link LogWriter#sendOffset} for any of them, until they are revoked or lost; it is
     *     kept fresh behind the scenes
     */
    void assigned(Set<LogPartition> partitions, GroupMembership membership);

    /**
     * These partitions go to another member as soon as this call returns: commit what is worth it, stop, then return. Their
     * membership is good until then.
     */
    void revoked(Set<LogPartition> partitions);

    /** These partitions are held no longer, and another member may be at work on them already. Their membership is void. */
    void lost(Set<LogPartition> partitions);

    /**
     * The group cannot be taken part in any longer; everything that was held has been lost, and nothing else will be called.
     *
     * @param e {@link LogException.Kind#FENCED}: a member with the same instance id took over; {@link
     *     LogException.Kind#REFUSED}: an operator has to mend something; anything else: join again
     */
    void failed(LogException e);
}
