package io.waybill.benchmarks.ingress;

import io.waybill.benchmarks.MeasuredMailbox;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.InstallKey;
import io.waybill.contracts.KafkaMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.MailboxSource;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.MicrosoftPointer;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.Secret;
import io.waybill.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A mailbox with a subscription: what Graph says of it, and what becomes of that.
 *
 * @param mailbox one of many, so that all partitions have work
 * @param clientState its proof
 */
record Subscribed(Mailbox mailbox, byte[] clientState) {
    static final String INSTALL_KEY = "an install key of the benchmark, 32 bytes and more";
    static final String DIRECTORY = "84bd8158-6d4d-4958-8b9f-9d6445542f95";
    static final String USER = "622eaaff-0683-4862-9de4-f2ec83c2bd98";
    static final String SUBSCRIPTION = "c6126aa3-0ed8-412f-a988-71e6cee627c4";

    /** An immutable id has some 150 characters, of which the last are one message's. */
    static final String MESSAGE_ID = "AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0".repeat(4);

    /** How many there are; their names, and so their requests and records, are of one length. */
    static final int MAILBOXES = 120;

    private static final int OF_ONE_MESSAGE = 12;

    static List<Subscribed> all() {
        InstallKey key = new InstallKey(Secret.of(INSTALL_KEY));
        return IntStream.range(100, 100 + MAILBOXES)
                .mapToObj(number -> subscribed(key, number))
                .toList();
    }

    private static Subscribed subscribed(InstallKey key, int number) {
        Mailbox mailbox = mailbox(
                number,
                _ -> new MicrosoftAccount(
                        DIRECTORY,
                        "507c3b9a-0000-4000-8000-000000000001",
                        new MicrosoftAccount.ClientSecret(new CredentialReference("file:graph.secret")),
                        USER,
                        null,
                        null));
        return new Subscribed(mailbox, key.clientState(mailbox).bytes());
    }

    /** @param source of a mailbox with that address */
    static Mailbox mailbox(int number, Function<String, MailboxSource> source) {
        return MeasuredMailbox.of(
                "tenant" + number % 10, "support" + number, "tickets", MailboxLimits.DEFAULTS, source);
    }

    /** What makes the ingress know it. */
    ProducerRecord<byte[], byte[]> entry() {
        return new ProducerRecord<>(
                Topics.MAILBOXES.name(), mailbox.key().bytes(), KafkaMailboxDirectory.encode(mailbox));
    }

    /** What the ingress makes of a notification. */
    ProducerRecord<byte[], byte[]> pointer(long message) {
        String id = MESSAGE_ID + new String(ofOneMessage(message), StandardCharsets.US_ASCII);
        PointerJob job = PointerJob.of(mailbox, new MicrosoftPointer(SUBSCRIPTION, id, "created"), Instant.now());
        return new ProducerRecord<>(Topics.POINTERS.name(), job.mailbox().bytes(), PointerJobCodec.encode(job));
    }

    /** The end of the message's id. */
    static byte[] ofOneMessage(long message) {
        byte[] digits = new byte[OF_ONE_MESSAGE];
        write(message, digits, 0);
        return digits;
    }

    /** Writes the end of the message's id. */
    static void write(long message, byte[] target, int offset) {
        long rest = message;
        for (int i = OF_ONE_MESSAGE - 1; i >= 0; i--) {
            target[offset + i] = (byte) ('A' + (rest & 15));
            rest >>>= 4;
        }
    }
}
