package io.waybill.cli.up;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.Provider;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CalledTest {
    private static final CredentialReference SECRET = new CredentialReference("file:x");
    private static final GoogleAccount WITHOUT_TOPIC = new GoogleAccount(SECRET, "support@x.example", null);
    private static final GoogleAccount WITH_TOPIC =
            new GoogleAccount(SECRET, "desk@x.example", "projects/acme-mail/topics/gmail");

    @Test
    void google_isCalled_whereOneMailboxHasATopic() {
        assertEquals(Set.of(), Called.by(Stream.of(WITHOUT_TOPIC)));
        assertEquals(Set.of(Provider.GOOGLE), Called.by(Stream.of(WITHOUT_TOPIC, WITH_TOPIC)));
    }

    @Test
    void others_areCalled_whereTheyHaveAMailbox() {
        ImapAccount imap =
                new ImapAccount("x.example", 993, ImapAccount.Tls.TLS, "support", SECRET, List.of("INBOX"), null);
        MicrosoftAccount microsoft = new MicrosoftAccount(
                "9f0d7c1e-2b3a-4c5d-8e6f-0a1b2c3d4e5f",
                "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
                new MicrosoftAccount.SharedApp(),
                "support@x.example",
                null,
                null);

        assertEquals(EnumSet.of(Provider.IMAP, Provider.MICROSOFT), Called.by(Stream.of(imap, microsoft)));
    }
}
