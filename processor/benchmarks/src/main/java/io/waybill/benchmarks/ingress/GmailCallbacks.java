package io.waybill.benchmarks.ingress;

import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.KafkaMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.PushRegistration;
import io.waybill.contracts.Topics;
import io.waybill.sandbox.LoopbackPort;
import io.waybill.sandbox.gmail.GmailServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Pushes of Pub/Sub, one change of one mailbox in each, with a token that is signed as Google signs. */
final class GmailCallbacks implements Callbacks {
    private static final PushRegistration REGISTRATION = new PushRegistration(
            "k-of-the-benchmark",
            "projects/acme-mail/topics/gmail",
            "projects/acme-mail/subscriptions/gmail",
            "https://in.acme.example",
            "push@acme-mail.iam.gserviceaccount.com");

    /** History ids of one length, as of a mailbox that is some years old. */
    private static final long FIRST_HISTORY_ID = 1_000_000_000;

    private final List<Mailbox> mailboxes = IntStream.range(100, 100 + Subscribed.MAILBOXES)
            .mapToObj(number -> Subscribed.mailbox(
                    number,
                    address -> new GoogleAccount(
                            new CredentialReference("file:gmail.json"), address, REGISTRATION.topic())))
            .toList();
    /** Only its keys are used. */
    private final GmailServer google = GmailServer.start(0, _ -> Optional.empty());

    @Override
    public String module() {
        return "google";
    }

    @Override
    public String mainClass() {
        return "io.waybill.ingress.google.GoogleIngress";
    }

    @Override
    public Map<String, String> environment(Path secrets) {
        return Map.of("WAYBILL_GOOGLE_JWKS_URL", google.certsUrl().toString());
    }

    @Override
    public List<ProducerRecord<byte[], byte[]>> entries() {
        return Stream.concat(
                        Stream.of(new ProducerRecord<>(
                                Topics.CONTROLS.name(),
                                REGISTRATION.key().getBytes(StandardCharsets.UTF_8),
                                KafkaMailboxDirectory.encode(REGISTRATION))),
                        mailboxes.stream()
                                .map(mailbox -> new ProducerRecord<>(
                                        Topics.MAILBOXES.name(),
                                        mailbox.key().bytes(),
                                        KafkaMailboxDirectory.encode(mailbox))))
                .toList();
    }

    @Override
    public ProducerRecord<byte[], byte[]> record(long message) {
        PointerJob job = PointerJob.of(
                of(message),
                new ChangesPointer(ChangesPointer.Reason.PUSH, null, Long.toString(FIRST_HISTORY_ID + message)),
                Instant.now());
        return new ProducerRecord<>(Topics.POINTERS.name(), job.mailbox().bytes(), PointerJobCodec.encode(job));
    }

    @Override
    public int accepted() {
        return 204;
    }

    @Override
    public Request request(int port, int items) {
        if (items != 1) {
            throw new IllegalArgumentException("a push has one change: -Ditems=1");
        }
        // Pub/Sub uses a token for most of its hour.
        String head = "POST /google/push?k=" + REGISTRATION.k() + " HTTP/1.1\r\n"
                + "Host: " + LoopbackPort.HOST + ":" + port + "\r\n"
                + "Authorization: Bearer "
                + google.pushToken(REGISTRATION.audience(), REGISTRATION.serviceAccount()) + "\r\n"
                + "Content-Type: application/json\r\n"
                + "Content-Length: ";
        return (number, first) -> {
            String change = "{\"emailAddress\":\"" + of(number).address() + "\",\"historyId\":"
                    + (FIRST_HISTORY_ID + first) + "}";
            String body = "{\"message\":{\"data\":\""
                    + Base64.getEncoder().encodeToString(change.getBytes(StandardCharsets.US_ASCII))
                    + "\",\"messageId\":\"" + (FIRST_HISTORY_ID + first)
                    + "\",\"publishTime\":\"2026-01-02T03:04:05.678Z\"},\"subscription\":\""
                    + REGISTRATION.subscription() + "\"}";
            return (head + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII);
        };
    }

    private Mailbox of(long number) {
        return mailboxes.get((int) (number % mailboxes.size()));
    }

    @Override
    public void close() {
        google.close();
    }
}
