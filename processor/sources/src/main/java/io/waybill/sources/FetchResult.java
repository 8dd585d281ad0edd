package io.waybill.sources;

import io.waybill.contracts.Failure;

/** What became of a fetch. */
public sealed interface FetchResult {
    /** Gives up what it holds: nobody takes it. */
    default void discard() {}

    /** The message is here; the caller closes it. */
    record Fetched(RawMail mail) implements FetchResult {
        @Override
        public void discard() {
            mail.close();
        }
    }

    /**
     * The message is not where the pointer says. Not yet a skip: it is relocated first.
     *
     * @param evidence what the source answered, in our words
     */
    record NotFound(String evidence) implements FetchResult {
        /** Of a message that is there, and older than the mailbox's {@code since}. */
        public static final String BEFORE_SINCE = "it came before the time from which on the mailbox's mail is taken";
    }

    /** It could not be read this time, or never will. */
    record Failed(Failure failure) implements FetchResult {}
}
