package io.waybill.sources;

import io.waybill.contracts.Failure;
import io.waybill.contracts.MessagePointer;
import java.util.List;

/** What became of reading one page of a listing. */
public sealed interface ListResult {
    /** Bounds what one page brings into one Kafka transaction. */
    int MAX_POINTERS = 500;

    /**
     * One page.
     *
     * @param found at most {@link #MAX_POINTERS}
     * @param next where to go on: a token for the next page, or the cursor that the whole listing ends with
     */
    record Page(List<MessagePointer> found, Next next) implements ListResult {}

    /** It could not be listed this time. */
    record Failed(Failure failure) implements ListResult {}

    /** What follows a page. */
    sealed interface Next {
        /** @param token at most 16 KiB, mostly below 1, kept in the job's row */
        record More(String token) implements Next {}

        /** @param cursor at most 16 KiB, mostly below 1; the source's own format; stored together with the page's pointers */
        record End(String cursor) implements Next {}
    }

    static ListResult end(List<MessagePointer> found, String cursor) {
        return new Page(found, new Next.End(cursor));
    }

    static ListResult more(List<MessagePointer> found, String token) {
        return new Page(found, new Next.More(token));
    }
}
