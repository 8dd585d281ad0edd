package io.waybill.inbound.handle.tickets;

import io.waybill.handler.InboundMail;
import io.waybill.handler.MailReport;
import io.waybill.handler.MailReport.Receipt;
import io.waybill.handler.MailReport.ReturnedMail;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The Message-IDs of a mail as they are looked up: hashed, since they may be too long for an index.
 *
 * @param own empty where the mail has none
 * @param cited what it answers, then what it reports about, in the order of trust; without its own; at most 100
 */
record Citations(Optional<byte[]> own, List<byte[]> cited) {
    private static final int MAX_CITED = 100;

    static Citations of(InboundMail mail) {
        Optional<String> own = mail.messageId();
        List<byte[]> cited = Stream.concat(
                        mail.cites().stream(), mail.report().stream().flatMap(Citations::reported))
                .filter(id -> own.filter(id::equals).isEmpty())
                .distinct()
                .limit(MAX_CITED)
                .map(Citations::key)
                .toList();
        return new Citations(own.map(Citations::key), cited);
    }

    /** The ids of the mail that a report is about. */
    static Stream<String> reported(MailReport report) {
        Stream<String> original =
                report instanceof Receipt receipt ? receipt.originalMessageId().stream() : Stream.empty();
        return Stream.concat(original, report.returned().stream().flatMap(Citations::ids));
    }

    private static Stream<String> ids(ReturnedMail returned) {
        return Stream.concat(returned.messageId().stream(), returned.cites().stream());
    }

    /** What it cites, and then itself, for others may cite it. */
    byte[][] all() {
        return Stream.concat(cited.stream(), own.stream()).toArray(byte[][]::new);
    }

    /** A hash of the id alone: it must not change, for it is stored. */
    static byte[] key(String messageId) {
        return Hash.of(ByteBuffer.wrap(messageId.getBytes(StandardCharsets.UTF_8)));
    }
}
