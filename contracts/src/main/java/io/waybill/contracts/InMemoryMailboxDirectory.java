package io.waybill.contracts;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A directory without a broker: for tests and for trying things out. */
public final class InMemoryMailboxDirectory implements MailboxDirectory {
    private final Map<MailboxKey, Mailbox> mailboxes = new ConcurrentHashMap<>();
    private final Map<String, PushRegistration> registrations = new ConcurrentHashMap<>();
    private final Set<MailboxKey> paused = ConcurrentHashMap.newKeySet();

    public InMemoryMailboxDirectory(Mailbox... mailboxes) {
        List.of(mailboxes).forEach(this::put);
    }

    public void put(Mailbox mailbox) {
        mailboxes.put(mailbox.key(), mailbox);
    }

    public void put(PushRegistration registration) {
        registrations.put(registration.k(), registration);
    }

    public void pause(MailboxKey key) {
        paused.add(key);
    }

    public void resume(MailboxKey key) {
        paused.remove(key);
    }

    @Override
    public Optional<Mailbox> find(MailboxKey key) {
        return Optional.ofNullable(mailboxes.get(key));
    }

    @Override
    public Optional<Mailbox> byRoutingId(String k) {
        return all().stream().filter(mailbox -> mailbox.k().equals(k)).findFirst();
    }

    @Override
    public Optional<PushRegistration> pushRegistration(String k) {
        return Optional.ofNullable(registrations.get(k));
    }

    @Override
    public Collection<Mailbox> ofGoogle(String topic, String address) {
        return all().stream()
                .filter(mailbox -> mailbox.source() instanceof GoogleAccount google
                        && google.subject().equals(address)
                        && topic.equals(google.topic()))
                .toList();
    }

    @Override
    public boolean isPaused(MailboxKey key) {
        return paused.contains(key);
    }

    @Override
    public Collection<Mailbox> all() {
        return mailboxes.values().stream().filter(mailbox -> !mailbox.removed()).toList();
    }
}
