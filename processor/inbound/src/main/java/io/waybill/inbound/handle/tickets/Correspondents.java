package io.waybill.inbound.handle.tickets;

import static io.waybill.inbound.handle.tickets.DatabaseText.clean;

import io.waybill.handler.InboundMail;
import io.waybill.handler.MailAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Who a mail is from and to, as addresses are compared: whole, in lower case, for no mail system of our days tells cases apart. */
final class Correspondents {
    private static final int MAX_ADDRESS = 320;

    private final InboundMail mail;

    Correspondents(InboundMail mail) {
        this.mail = mail;
    }

    /** Where an address stands in a mail. */
    enum Role {
        FROM("from"),
        REPLY_TO("reply-to"),
        TO("to"),
        CC("cc");

        private final String word;

        Role(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }

        List<MailAddress> of(InboundMail mail) {
            return switch (this) {
                case FROM -> mail.from().stream().toList();
                case REPLY_TO -> mail.replyTo();
                case TO -> mail.to();
                case CC -> mail.cc();
            };
        }
    }

    static String address(MailAddress address) {
        return clean(address.address(), MAX_ADDRESS).toLowerCase(Locale.ROOT);
    }

    Optional<String> sender() {
        return mail.from().map(Correspondents::address);
    }

    /** Where an answer goes first; empty where that is the sender. */
    Optional<String> repliesTo() {
        return mail.replyTo().stream().findFirst().map(Correspondents::address);
    }

    /** The addresses of From, To and Cc: those that a mail makes participants. */
    String[] all() {
        return Stream.of(Role.FROM, Role.TO, Role.CC)
                .flatMap(role -> role.of(mail).stream())
                .map(Correspondents::address)
                .distinct()
                .toArray(String[]::new);
    }
}
