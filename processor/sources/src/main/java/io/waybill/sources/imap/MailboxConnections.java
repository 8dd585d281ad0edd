package io.waybill.sources.imap;

import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import io.waybill.sources.MailboxPause;
import io.waybill.sources.Waiting;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * The connections of all mailboxes: never more per mailbox than its permits, busy and idle ones together, since servers count them per
 * account and lock out who opens too many. Idle ones are kept for a while, because logging in costs more than most fetches. None is lent
 * while the server wants the mailbox left alone.
 */
final class MailboxConnections implements AutoCloseable {
    /** Where a server does not say how long it wants a mailbox left alone. */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private final ImapConnector connector;
    private final Clock clock;
    private final Map<MailboxKey, Pool> pools = new HashMap<>();
    private final Map<MailboxKey, Throttle> throttles = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ScheduledExecutorService reaper;
    private boolean closed;

    MailboxConnections(ImapConnector connector, Clock clock) {
        this.connector = connector;
        this.clock = clock;
        this.reaper = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("imap-idle-connections").factory());
        long every = Math.max(50, connector.settings().idleClose().toMillis() / 4);
        var _ = reaper.scheduleWithFixedDelay(this::closeIdle, every, every, TimeUnit.MILLISECONDS);
    }

    /** A connection on loan. Closing the loan breaks the connection, unless it was found healthy. */
    final class Loan implements AutoCloseable {
        private final MailboxKey mailbox;
        private final ImapAccount account;
        private final ImapSession session;
        private final boolean used;
        private boolean healthy;

        private Loan(MailboxKey mailbox, ImapAccount account, ImapSession session, boolean used) {
            this.mailbox = mailbox;
            this.account = account;
            this.session = session;
            this.used = used;
        }

        ImapSession session() {
            return session;
        }

        /** Whether it lay idle before, so that the server may have closed it meanwhile. */
        boolean used() {
            return used;
        }

        /** It broke off; where the server asked us to wait, nobody gets a connection of the mailbox before. */
        void failed(ImapException why) {
            rememberPause(mailbox, account, why);
        }

        /** The last answer was read to its end: the next one may use it. */
        void healthy() {
            healthy = true;
        }

        @Override
        public void close() {
            giveBack(this);
        }
    }

    /**
     * Waits until the mailbox may have one more connection.
     *
     * @param fresh never one that was used before
     */
    Loan borrow(Mailbox mailbox, ImapAccount account, boolean fresh, Waiting waiting)
            throws ImapException, InterruptedException {
        waiting.on("a free connection of the mailbox");
        Deque<ImapSession> unwanted = new ArrayDeque<>();
        ImapSession idle = null;
        lock.lockInterruptibly();
        try {
            while (true) {
                if (closed) {
                    throw ServerAnswers.unreachable("the source is closed");
                }
                refuseDuringPause(mailbox.key(), account);
                Pool pool = pools.computeIfAbsent(mailbox.key(), _ -> new Pool());
                pool.removeOthers(account, unwanted);
                if (pool.busy < mailbox.limits().permits()) {
                    pool.busy++;
                    idle = fresh ? null : pool.takeIdle();
                    pool.removeBeyond(mailbox.limits().permits(), unwanted);
                    break;
                }
                changed.await();
            }
        } finally {
            lock.unlock();
            // Before the next one is opened: the server counts them.
            unwanted.forEach(ImapSession::close);
        }
        if (idle != null) {
            return new Loan(mailbox.key(), account, idle, true);
        }
        waiting.on("a connection to the mail server");
        boolean opened = false;
        try {
            Loan loan = new Loan(mailbox.key(), account, connector.open(account), false);
            opened = true;
            return loan;
        } catch (ImapException failed) {
            rememberPause(mailbox.key(), account, failed);
            throw failed;
        } finally {
            if (!opened) {
                release(mailbox.key(), null);
            }
        }
    }

    private void refuseDuringPause(MailboxKey mailbox, ImapAccount account) throws ImapException {
        Throttle throttle = throttles.get(mailbox);
        if (throttle == null || !throttle.account().equals(account)) {
            return;
        }
        Optional<Duration> left = throttle.pause().left(clock);
        if (left.isPresent()) {
            throw ImapException.tooEarly(left.get());
        }
    }

    private void rememberPause(MailboxKey mailbox, ImapAccount account, ImapException failed) {
        if (!(failed instanceof ThrottledMailbox throttled)) {
            return;
        }
        lock.lock();
        try {
            throttles
                    .compute(
                            mailbox,
                            (_, known) -> known != null && known.account().equals(account)
                                    ? known
                                    : new Throttle(account, new MailboxPause(MailboxConnections::backoff)))
                    .pause()
                    .refused(throttled.retryAfter(), clock);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static Duration backoff(int refused) {
        return MailboxPause.doubling(refused, LONGEST_PAUSE, RandomGenerator.getDefault());
    }

    private void giveBack(Loan loan) {
        if (loan.healthy) {
            release(loan.mailbox, new Idle(loan.account, loan.session, clock.instant()));
        } else {
            loan.session.abort();
            release(loan.mailbox, null);
        }
    }

    private void release(MailboxKey mailbox, Idle idle) {
        boolean keep;
        lock.lock();
        try {
            if (idle != null) {
                forgetRefusals(mailbox, idle.account());
            }
            Pool pool = pools.get(mailbox);
            pool.busy--;
            keep = idle != null && !closed;
            if (keep) {
                pool.idle.addLast(idle);
            } else if (pool.isEmpty()) {
                pools.remove(mailbox);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (idle != null && !keep) {
            idle.session().close();
        }
    }

    /** With the lock held. What a server refuses for now it may grant to another connection: its next refusal is as the first. */
    private void forgetRefusals(MailboxKey mailbox, ImapAccount account) {
        Throttle throttle = throttles.get(mailbox);
        if (throttle != null && throttle.account().equals(account)) {
            throttle.pause().succeeded();
        }
    }

    private void closeIdle() {
        Instant oldest = clock.instant().minus(connector.settings().idleClose());
        lock.lock();
        try {
            throttles.values().removeIf(throttle -> throttle.pause().isOver(clock));
        } finally {
            lock.unlock();
        }
        close(session -> !session.since().isAfter(oldest));
    }

    private void close(Predicate<Idle> which) {
        List<Idle> over = new ArrayList<>();
        lock.lock();
        try {
            for (Iterator<Pool> all = pools.values().iterator(); all.hasNext(); ) {
                Pool pool = all.next();
                pool.idle.stream().filter(which).forEach(over::add);
                pool.idle.removeIf(which);
                if (pool.isEmpty()) {
                    all.remove();
                }
            }
        } finally {
            lock.unlock();
        }
        over.forEach(idle -> Thread.ofVirtual().name("imap-logout").start(idle.session()::close));
    }

    @Override
    public void close() {
        reaper.shutdownNow();
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        close(_ -> true);
    }

    private record Idle(ImapAccount account, ImapSession session, Instant since) {}

    /** Of an account as it was configured then: another one is not meant. */
    private record Throttle(ImapAccount account, MailboxPause pause) {}

    private static final class Pool {
        private final Deque<Idle> idle = new ArrayDeque<>();
        private int busy;

        /** Connections of the account as it was configured before. */
        void removeOthers(ImapAccount account, Deque<ImapSession> into) {
            idle.removeIf(other -> {
                boolean old = !other.account().equals(account);
                if (old) {
                    into.add(other.session());
                }
                return old;
            });
        }

        ImapSession takeIdle() {
            Idle latest = idle.pollLast();
            return latest == null ? null : latest.session();
        }

        /** A fresh connection takes the place of an idle one; and permits may have been lowered. */
        void removeBeyond(int permits, Deque<ImapSession> into) {
            while (!idle.isEmpty() && busy + idle.size() > permits) {
                into.add(idle.removeFirst().session());
            }
        }

        boolean isEmpty() {
            return busy == 0 && idle.isEmpty();
        }
    }
}
