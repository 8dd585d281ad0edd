package io.waybill.inbound.execute;

import io.waybill.contracts.MailboxKey;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;

/**
 * Whose turn it is. Round-robin over the tenants that have something to start and a permit free, then over the mailboxes of that
 * tenant likewise; within a mailbox first come, first served. Every attempt costs one, so the deficit of the classic algorithm is a
 * position in a ring. Taking and releasing are O(1). Not thread-safe: guarded by the dispatcher's lock.
 */
final class FairQueue {
    private final int tenantPermits;
    private final Map<String, Tenant> tenants = new HashMap<>();
    /** Tenants whose turn will come: they have a startable mailbox and a permit free. */
    private final LinkedHashSet<Tenant> ring = new LinkedHashSet<>();

    private int size;

    FairQueue(int tenantPermits) {
        this.tenantPermits = tenantPermits;
    }

    int size() {
        return size;
    }

    void add(Work work) {
        Tenant tenant = tenants.computeIfAbsent(work.mailbox().tenant(), _ -> new Tenant());
        Mailbox mailbox = tenant.mailboxes.computeIfAbsent(work.mailbox(), _ -> new Mailbox());
        mailbox.permits = work.mailboxPermits();
        mailbox.waiting.add(work);
        size++;
        place(tenant, mailbox);
    }

    /** The next work that may start, its permits of mailbox and tenant taken. */
    Optional<Work> take() {
        if (ring.isEmpty()) {
            return Optional.empty();
        }
        Tenant tenant = ring.removeFirst();
        Mailbox mailbox = tenant.ring.removeFirst();
        Work work = mailbox.waiting.removeFirst();
        size--;
        mailbox.running++;
        tenant.running++;
        place(tenant, mailbox);
        return Optional.of(work);
    }

    /** Gives the permits of started work back. */
    void release(Work work) {
        Tenant tenant = tenants.get(work.mailbox().tenant());
        Mailbox mailbox = tenant.mailboxes.get(work.mailbox());
        mailbox.running--;
        tenant.running--;
        place(tenant, mailbox);
        forgetIdle(work, tenant, mailbox);
    }

    /** Takes queued work out; false where it is not queued. O(length of its mailbox's queue). */
    boolean remove(Work work) {
        Tenant tenant = tenants.get(work.mailbox().tenant());
        Mailbox mailbox = tenant == null ? null : tenant.mailboxes.get(work.mailbox());
        if (mailbox == null || !mailbox.waiting.remove(work)) {
            return false;
        }
        size--;
        place(tenant, mailbox);
        forgetIdle(work, tenant, mailbox);
        return true;
    }

    /** Puts mailbox and tenant at the end of their rings where they have something to start, and takes them out where not. */
    private void place(Tenant tenant, Mailbox mailbox) {
        if (!mailbox.waiting.isEmpty() && mailbox.running < mailbox.permits) {
            tenant.ring.add(mailbox);
        } else {
            tenant.ring.remove(mailbox);
        }
        if (!tenant.ring.isEmpty() && tenant.running < tenantPermits) {
            ring.add(tenant);
        } else {
            ring.remove(tenant);
        }
    }

    /** Mailboxes come and go; an idle one must not stay in memory. */
    private void forgetIdle(Work work, Tenant tenant, Mailbox mailbox) {
        if (mailbox.running == 0 && mailbox.waiting.isEmpty()) {
            tenant.mailboxes.remove(work.mailbox());
            if (tenant.mailboxes.isEmpty()) {
                tenants.remove(work.mailbox().tenant());
            }
        }
    }

    private static final class Tenant {
        final Map<MailboxKey, Mailbox> mailboxes = new LinkedHashMap<>();
        final LinkedHashSet<Mailbox> ring = new LinkedHashSet<>();
        int running;
    }

    private static final class Mailbox {
        final Deque<Work> waiting = new ArrayDeque<>();
        int permits;
        int running;
    }
}
