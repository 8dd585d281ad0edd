package io.waybill.sources;

import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MessagePointer;
import java.time.Duration;
import java.util.Optional;

/**
 * The mailboxes of one provider. Every call blocks, honours interruption by closing its connection, and answers failures as values;
 * nothing is thrown but bugs.
 */
public interface MailSource extends AutoCloseable {
    /**
     * Reads one whole message and changes nothing: not its flags, not its folder.
     *
     * @param within how long it may take
     */
    FetchResult fetch(Mailbox mailbox, MessagePointer pointer, Duration within);

    /**
     * Looks again for a message that {@link #fetch} did not find, by every other name that the provider gives it.
     *
     * @param within how long it may take
     */
    RelocateResult relocate(Mailbox mailbox, MessagePointer pointer, Duration within);

    /** For how long after it was announced a message may not be there yet; then it is gone. */
    default Duration lag() {
        return Duration.ZERO;
    }

    /**
     * Reads one page of what came since the cursor. Called for one folder at a time, one page after the other.
     *
     * @param folder one of the mailbox's folders
     * @param cursor what the last listing ended with; empty for the first one, which begins at {@link Mailbox#since}
     * @param page the token of the page before; empty for the first page
     * @param hint what the provider's push said; a source that can tell from it that nothing came since the cursor answers without a
     *     call
     * @param within how long it may take
     */
    ListResult list(
            Mailbox mailbox,
            String folder,
            Optional<String> cursor,
            Optional<String> page,
            Optional<String> hint,
            Duration within);

    @Override
    void close();
}
