package io.waybill.sources;

import io.waybill.contracts.Failure;

/** What became of looking for a message in other places. */
public sealed interface RelocateResult {
    /**
     * It was found and read; the caller closes it.
     *
     * @param moved whether it was found under another name than the pointer's, under which it may have been announced too
     */
    record Found(RawMail mail, boolean moved) implements RelocateResult {}

    /**
     * It is really gone.
     *
     * @param evidence where was looked, in our words
     */
    record Gone(String evidence) implements RelocateResult {}

    /** It could not be looked for this time. */
    record Failed(Failure failure) implements RelocateResult {}
}
