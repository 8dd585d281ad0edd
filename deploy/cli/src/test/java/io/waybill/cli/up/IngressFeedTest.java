package io.waybill.cli.up;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.cli.Problem;
import io.waybill.contracts.Provider;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class IngressFeedTest {
    private final Problem taken = Problem.incomplete("the port is taken", "", "");

    private final List<Provider> arrived = new CopyOnWriteArrayList<>();
    private final List<Problem> failed = new CopyOnWriteArrayList<>();
    private volatile Set<Provider> providers = Set.of();

    @Test
    void firstMailbox_ofEachProvider_isSeenOnce_whateverGoesAndComesBack() throws InterruptedException {
        IngressFeed feed = IngressFeed.idle(() -> providers, arrived::add, failed::add);
        feed.look();
        providers = Set.of(Provider.MICROSOFT);
        feed.look();
        feed.look();
        providers = Set.of();
        feed.look();
        providers = EnumSet.of(Provider.MICROSOFT, Provider.IMAP);
        assertTrue(feed.look());
        assertEquals(List.of(Provider.MICROSOFT, Provider.IMAP), arrived);
    }

    @Test
    void failure_isTold_triedAgain_andKeepsNoOther() throws InterruptedException {
        providers = EnumSet.allOf(Provider.class);
        IngressFeed feed = IngressFeed.idle(() -> providers, this::microsoftAtTheSecondTime, failed::add);
        assertFalse(feed.look());
        assertEquals(List.of(taken), failed);
        assertEquals(List.of(Provider.GOOGLE, Provider.IMAP), arrived);

        assertTrue(feed.look());
        assertEquals(List.of(taken), failed);
        assertEquals(List.of(Provider.GOOGLE, Provider.IMAP, Provider.MICROSOFT), arrived);
    }

    @Test
    void start_looksAgain() {
        try (IngressFeed feed = IngressFeed.start(() -> providers, arrived::add, failed::add)) {
            providers = Set.of(Provider.IMAP);
            await().atMost(Duration.ofSeconds(20)).until(() -> arrived.equals(List.of(Provider.IMAP)));
        }
    }

    private void microsoftAtTheSecondTime(Provider provider) {
        if (provider == Provider.MICROSOFT && failed.isEmpty()) {
            throw taken;
        }
        arrived.add(provider);
    }
}
