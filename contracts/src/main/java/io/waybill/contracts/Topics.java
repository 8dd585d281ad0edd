package io.waybill.contracts;

import io.waybill.contracts.Topic.Policy;
import java.time.Duration;
import java.util.List;

/** Every topic there is: the words of the pipeline on one page. */
public final class Topics {
    /** Partitions are fixed at creation; growth is instances up to this number. */
    public static final int DEFAULT_PARTITIONS = 12;

    /** A batch of pointers; the broker refuses here what the code forgot to refuse. */
    private static final int POINTER_BATCH = 64 * 1024;

    private static final int ONE_MEBIBYTE = 1024 * 1024;

    private static final Policy THIRTY_DAYS = new Policy.Delete(Duration.ofDays(30));
    private static final Policy TABLE = new Policy.Compact();

    /** What is to be done: key tenant/mailbox, value {@link PointerJob}. */
    public static final Topic POINTERS = new Topic("mail.pointers", THIRTY_DAYS, POINTER_BATCH);

    /** What is to be done again: as {@link #POINTERS}, with headers not-before, attempt, code. Same number of partitions. */
    public static final Topic RETRY = new Topic("mail.pointers.retry", THIRTY_DAYS, POINTER_BATCH);

    /**
     * The table of open dead letters: key {@code jobId.generation}, or {@code raw.topic.partition.offset} where there is no trusted
     * id; value the original bytes; a tombstone closes one.
     */
    public static final Topic DEAD_LETTERS = new Topic("mail.pointers.dlq", TABLE, ONE_MEBIBYTE);

    /** What became of it: key job id, value {@link JobOutcome}. */
    public static final Topic OUTCOMES = new Topic("mail.outcomes", THIRTY_DAYS, ONE_MEBIBYTE);

    /** Key tenant/mailbox, value {@link Mailbox}. */
    public static final Topic MAILBOXES = new Topic("mail.mailboxes", TABLE, ONE_MEBIBYTE);

    /** Key kind/name, value {@link Control}; and under push-registration/k a {@link PushRegistration}. */
    public static final Topic CONTROLS = new Topic("mail.controls", TABLE, ONE_MEBIBYTE);

    /** Key tenant/mailbox, value {@link Subscription}; and under tenant/mailbox/kind the last {@link SubscriptionEvent}. No secret. */
    public static final Topic SUBSCRIPTIONS = new Topic("mail.subscriptions", TABLE, ONE_MEBIBYTE);

    /** Key re-drive id, value {@link Redrive}. */
    public static final Topic REDRIVES = new Topic("mail.redrives", TABLE, ONE_MEBIBYTE);

    /** All of them, in the order above. */
    public static final List<Topic> ALL =
            List.of(POINTERS, RETRY, DEAD_LETTERS, OUTCOMES, MAILBOXES, CONTROLS, SUBSCRIPTIONS, REDRIVES);

    private Topics() {}
}
