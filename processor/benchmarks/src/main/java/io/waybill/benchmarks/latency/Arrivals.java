package io.waybill.benchmarks.latency;

import io.waybill.contracts.JobId;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MicrosoftPointer;
import io.waybill.contracts.PointerJob;
import io.waybill.sandbox.LoopbackPort;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Mails that lie in their mailboxes, and the notifications that will tell of them. Made before the clock starts. */
final class Arrivals {
    private static final String SUBSCRIPTION = "c6126aa3-0ed8-412f-a988-71e6cee627c4";
    private static final String LINE =
            "Dear support, the printer in room 101 is on fire again, and nobody knows why.\r\n";

    private final Installation installation;
    private final String text;

    /** @param bytes of a mail, about */
    Arrivals(Installation installation, int bytes) {
        this.installation = installation;
        this.text = LINE.repeat(Math.max(1, bytes / LINE.length()));
    }

    /**
     * One mail.
     *
     * @param message its immutable id
     * @param job what it will be here
     * @param post the request that tells of it, as it is sent
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Arrival(Mailbox mailbox, String message, JobId job, byte[] post) {}

    /** So many, in turn over the mailboxes. */
    List<Arrival> come(List<Mailbox> mailboxes, int count) {
        List<Arrival> arrivals = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Mailbox mailbox = mailboxes.get(i % mailboxes.size());
            String message = installation.graph().deliver(Installation.user(mailbox), mail(mailbox));
            JobId job = PointerJob.of(mailbox, new MicrosoftPointer(SUBSCRIPTION, message, "created"), Instant.EPOCH)
                    .jobId();
            arrivals.add(new Arrival(mailbox, message, job, post(mailbox, message)));
        }
        return arrivals;
    }

    /** Takes them out of their mailboxes: all runs' mails together would fill the memory of this process. */
    void leave(List<Arrival> arrivals) {
        arrivals.forEach(
                arrival -> installation.graph().delete(Installation.user(arrival.mailbox()), arrival.message()));
    }

    /** Each from another customer, so each becomes a ticket of its own. */
    private byte[] mail(Mailbox mailbox) {
        String id = UUID.randomUUID().toString();
        return ("Received: from a.example.com by b.example.com; Wed, 4 Mar 2026 05:06:07 +0000\r\n"
                        + "From: Customer <customer." + id + "@example.org>\r\n"
                        + "To: Support <" + mailbox.address() + ">\r\n"
                        + "Subject: Printer on fire " + id + "\r\n"
                        + "Date: Wed, 4 Mar 2026 06:05:04 +0100\r\n"
                        + "Message-ID: <" + id + "@example.org>\r\n"
                        + "MIME-Version: 1.0\r\n"
                        + "Content-Type: text/plain; charset=utf-8\r\n\r\n"
                        + text)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private byte[] post(Mailbox mailbox, String message) {
        String path = "Users/" + Installation.user(mailbox) + "/Messages/" + message;
        String body = "{\"value\":[{\"id\":\"lsgTZMr9KwAAA\",\"subscriptionId\":\"" + SUBSCRIPTION
                + "\",\"subscriptionExpirationDateTime\":\"2026-01-02T03:12:18.2257768+00:00\",\"clientState\":\""
                + new String(installation.clientState(mailbox), StandardCharsets.US_ASCII)
                + "\",\"changeType\":\"created\",\"resource\":\"" + path
                + "\",\"tenantId\":\"" + Installation.DIRECTORY
                + "\",\"resourceData\":{\"@odata.type\":\"#Microsoft.Graph.Message\",\"@odata.id\":\"" + path
                + "\",\"@odata.etag\":\"W/\\\"CQAAABYAAACQ2fKdhq8oSKEDSVrdi3lRAAGDUUXn\\\"\",\"id\":\"" + message
                + "\"}}]}";
        String head = "POST /microsoft/notifications?k=" + mailbox.k() + " HTTP/1.1\r\n"
                + "Host: " + LoopbackPort.HOST + ":" + installation.ingressPort() + "\r\n"
                + "Content-Type: application/json; charset=utf-8\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n";
        return (head + body).getBytes(StandardCharsets.US_ASCII);
    }
}
