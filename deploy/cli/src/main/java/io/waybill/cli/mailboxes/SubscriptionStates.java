package io.waybill.cli.mailboxes;

import io.waybill.cli.topics.TopicReader;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.Subscription;
import io.waybill.contracts.SubscriptionTable;
import io.waybill.contracts.Topics;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How the subscriptions stand, as their keepers wrote it down. */
record SubscriptionStates(Map<MailboxKey, Subscription> states) {
    static SubscriptionStates read(Map<String, Object> kafka) {
        Map<MailboxKey, Subscription> states = new HashMap<>();
        new TopicReader(kafka).table(Topics.SUBSCRIPTIONS).forEach((key, record) -> {
            try {
                SubscriptionTable.decode(key, record.value()).ifPresent(each -> states.put(each.key(), each));
            } catch (IOException foreign) {
                // Of another version; the watch of that version says how it stands.
            }
        });
        return new SubscriptionStates(states);
    }

    Optional<Subscription> of(MailboxKey mailbox) {
        return Optional.ofNullable(states.get(mailbox));
    }
}
