package io.waybill.watch;

import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxDirectory;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.sources.imap.ImapConnector;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listeners of this instance: one per folder of each mailbox that is its own, not removed and not paused. */
final class Listeners implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
    private static final Duration END_LIMIT = Duration.ofSeconds(1);

    private final MailboxDirectory directory;
    private final ImapConnector connector;
    private final Delivery delivery;
    private final WatchSettings settings;
    private final WatchMeters meters;
    private final Clock clock;
    private final Map<Folder, FolderListener> running = new HashMap<>();
    private final Map<Folder, ListenerStatus> paused = new TreeMap<>();
    private boolean closed;

    private record Folder(MailboxKey mailbox, String name) implements Comparable<Folder> {
        @Override
        public int compareTo(Folder other) {
            int byMailbox = mailbox.compareTo(other.mailbox);
            return byMailbox != 0 ? byMailbox : name.compareTo(other.name);
        }
    }

    /** @param directory says which mailboxes are paused */
    Listeners(
            MailboxDirectory directory,
            ImapConnector connector,
            Delivery delivery,
            WatchSettings settings,
            WatchMeters meters,
            Clock clock) {
        this.directory = directory;
        this.connector = connector;
        this.delivery = delivery;
        this.settings = settings;
        this.meters = meters;
        this.clock = clock;
        meters.watch(this, this::count);
    }

    /** Starts, stops and restarts until exactly the given mailboxes are listened to. */
    synchronized void keep(Collection<Mailbox> own) {
        if (closed) {
            return;
        }
        Set<Folder> wanted = new HashSet<>();
        Map<Folder, Mailbox> resting = new HashMap<>();
        for (Mailbox mailbox : own) {
            if (mailbox.removed() || !isListenedTo(mailbox)) {
                continue;
            }
            boolean rests = directory.isPaused(mailbox.key());
            for (String name : mailbox.source().folders()) {
                Folder folder = new Folder(mailbox.key(), name);
                if (rests) {
                    resting.put(folder, mailbox);
                } else {
                    wanted.add(folder);
                    listen(folder, mailbox);
                }
            }
        }
        running.entrySet().removeIf(entry -> {
            if (!wanted.contains(entry.getKey())) {
                stop(entry.getKey(), entry.getValue());
                return true;
            }
            return false;
        });
        paused.keySet().retainAll(resting.keySet());
        resting.keySet().forEach(folder -> paused.computeIfAbsent(folder, this::rest));
    }

    private static boolean isListenedTo(Mailbox mailbox) {
        return switch (mailbox.source()) {
            case ImapAccount _ -> true;
            // Their providers announce their mail themselves.
            case MicrosoftAccount _, GoogleAccount _ -> false;
        };
    }

    /** All of them, in the order of their names. */
    synchronized List<ListenerStatus> status() {
        Map<Folder, ListenerStatus> all = new TreeMap<>(paused);
        running.forEach((folder, listener) -> all.put(folder, listener.status()));
        return new ArrayList<>(all.values());
    }

    private long count(ListenerState state) {
        return status().stream().filter(each -> each.state() == state).count();
    }

    private void listen(Folder folder, Mailbox mailbox) {
        FolderListener now = running.get(folder);
        if (now != null && !now.isOf(mailbox)) {
            stop(folder, now);
            now = null;
        }
        if (now == null) {
            running.put(
                    folder, FolderListener.start(mailbox, folder.name(), connector, delivery, settings, meters, clock));
            LOG.atInfo()
                    .addKeyValue("tenant", mailbox.tenantId())
                    .addKeyValue("mailbox", mailbox.mailboxId())
                    .addKeyValue("folder", folder.name())
                    .log("listener_started");
        }
    }

    private static void stop(Folder folder, FolderListener listener) {
        listener.stop();
        LOG.atInfo()
                .addKeyValue("tenant", folder.mailbox().tenant())
                .addKeyValue("mailbox", folder.mailbox().mailbox())
                .addKeyValue("folder", folder.name())
                .log("listener_stopped");
    }

    private ListenerStatus rest(Folder folder) {
        return new ListenerStatus(
                folder.mailbox().tenant(),
                folder.mailbox().mailbox(),
                folder.name(),
                ListenerState.PAUSED,
                clock.instant(),
                null,
                null,
                null);
    }

    /** Stops all of them and waits a moment for their end. */
    @Override
    public void close() {
        List<FolderListener> ending;
        synchronized (this) {
            closed = true;
            ending = List.copyOf(running.values());
            running.clear();
            paused.clear();
        }
        ending.forEach(FolderListener::stop);
        Instant limit = clock.instant().plus(END_LIMIT);
        try {
            for (FolderListener listener : ending) {
                Duration left = Duration.between(clock.instant(), limit);
                if (!left.isPositive() || !listener.awaitEnd(left)) {
                    return;
                }
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
