package io.waybill.inbound.crash;

import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MessagePointer;
import io.waybill.sources.FetchResult;
import io.waybill.sources.ListResult;
import io.waybill.sources.MailSource;
import io.waybill.sources.RelocateResult;
import java.time.Duration;
import java.util.Optional;

/** A provider, as a process that may be dead asks it. */
public final class CrashPointSource implements MailSource {
    public static final String CALL_LIST = "call for a page";
    public static final String CALL_FETCH = "call for a message";

    private final CrashPoints points;
    private final MailSource source;

    /** @param source outlives this one */
    public CrashPointSource(CrashPoints points, MailSource source) {
        this.points = points;
        this.source = source;
    }

    @Override
    public FetchResult fetch(Mailbox mailbox, MessagePointer pointer, Duration within) {
        return points.call(CALL_FETCH, () -> source.fetch(mailbox, pointer, within));
    }

    @Override
    public RelocateResult relocate(Mailbox mailbox, MessagePointer pointer, Duration within) {
        return points.call("call for a message again", () -> source.relocate(mailbox, pointer, within));
    }

    @Override
    public ListResult list(
            Mailbox mailbox,
            String folder,
            Optional<String> cursor,
            Optional<String> page,
            Optional<String> hint,
            Duration within) {
        return points.call(CALL_LIST, () -> source.list(mailbox, folder, cursor, page, hint, within));
    }

    @Override
    public void close() {
        // Whoever made the source closes it.
    }
}
