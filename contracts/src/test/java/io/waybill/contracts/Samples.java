package io.waybill.contracts;

import java.time.Instant;
import java.util.List;

/** What many tests need one of. */
final class Samples {
    static final MailboxKey KEY = new MailboxKey("acme", "support");
    static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    private Samples() {}

    static Mailbox mailbox() {
        return mailbox("acme", "support", "k-1", null);
    }

    static Mailbox mailbox(String tenant, String name, String k, CredentialReference callbackSecret) {
        return new Mailbox(
                tenant,
                name,
                name + "@" + tenant + ".example",
                "inc-1",
                null,
                k,
                Instant.EPOCH,
                List.of("tickets"),
                null,
                new ImapAccount(
                        "mail.example",
                        993,
                        ImapAccount.Tls.TLS,
                        name,
                        new CredentialReference("file:password"),
                        null,
                        callbackSecret),
                false);
    }

    static PointerJob job(Pointer pointer) {
        return PointerJob.of(mailbox(), pointer, NOW);
    }

    static PointerJob job() {
        return job(ImapPointer.of("INBOX", 1_700_000_000, 42));
    }
}
