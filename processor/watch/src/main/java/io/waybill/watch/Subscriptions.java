package io.waybill.watch;

import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The subscriptions of this instance: one per mailbox of its own that a provider announces. Those of paused mailboxes are kept too: what
 * they announce is dropped, and resuming lists.
 */
final class Subscriptions implements AutoCloseable {
    private final SubscriptionKeeper.Tools tools;
    private final Map<MailboxKey, SubscriptionKeeper> running = new HashMap<>();
    private boolean closed;

    Subscriptions(SubscriptionKeeper.Tools tools, WatchMeters meters) {
        this.tools = tools;
        meters.watch(this, this::count);
    }

    /** Starts, stops and restarts until exactly the subscriptions of the given mailboxes are kept. */
    synchronized void keep(Collection<Mailbox> own) {
        // What was written down decides what to do; before it is read, nothing does.
        if (closed || !tools.table().isComplete()) {
            return;
        }
        Set<MailboxKey> wanted = new HashSet<>();
        for (Mailbox mailbox : own) {
            if (isSubscribed(mailbox)) {
                wanted.add(mailbox.key());
                keep(mailbox);
            }
        }
        running.entrySet().removeIf(entry -> {
            boolean given = wanted.contains(entry.getKey());
            if (!given) {
                entry.getValue().stop();
            }
            return !given;
        });
    }

    /** Also one that was, so that nothing of it stays at the provider. */
    private boolean isSubscribed(Mailbox mailbox) {
        boolean isAnnounced = tools.subscribers().of(mailbox).isPresent();
        return (isAnnounced && !mailbox.removed())
                || tools.table().find(mailbox.key()).isPresent();
    }

    private void keep(Mailbox mailbox) {
        SubscriptionKeeper now = running.get(mailbox.key());
        if (now != null && !now.isOf(mailbox)) {
            now.stop();
            now = null;
        }
        if (now == null) {
            running.put(mailbox.key(), SubscriptionKeeper.start(mailbox, tools));
        }
    }

    /** Whether what comes into the mailbox is announced now. */
    synchronized boolean isAnnounced(MailboxKey mailbox) {
        SubscriptionKeeper keeper = running.get(mailbox);
        return keeper != null && keeper.announces();
    }

    /** All of them, in the order of their names. */
    synchronized List<ListenerStatus> status() {
        return new TreeMap<>(running)
                .values().stream()
                        .map(SubscriptionKeeper::status)
                        .flatMap(Optional::stream)
                        .toList();
    }

    private long count(ListenerState state) {
        return status().stream().filter(each -> each.state() == state).count();
    }

    @Override
    public synchronized void close() {
        closed = true;
        running.values().forEach(SubscriptionKeeper::stop);
        running.clear();
    }
}
