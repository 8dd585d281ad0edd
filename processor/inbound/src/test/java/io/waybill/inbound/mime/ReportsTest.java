package io.waybill.inbound.mime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.handler.MailAddress;
import io.waybill.handler.MailReport;
import io.waybill.handler.MailReport.Complaint;
import io.waybill.handler.MailReport.Delivery;
import io.waybill.handler.MailReport.Outcome;
import io.waybill.handler.MailReport.Receipt;
import io.waybill.handler.MailReport.Recipient;
import io.waybill.handler.MailReport.ReturnedMail;
import io.waybill.inbound.mime.ParseResult.Parsed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportsTest {
    private static final String BOUNCE = """
        Return-Path: <>
        From: Mail Delivery System <MAILER-DAEMON@mx.example.org>
        To: support@example.com
        Subject: Undelivered Mail Returned to Sender
        Content-Type: multipart/report; report-type=delivery-status; boundary="b"

        --b
        Content-Type: text/plain

        I'm sorry to have to inform you.
        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.org
        Arrival-Date: Wed, 4 Mar 2026 06:05:04 +0100

        Final-Recipient: rfc822; <Gone@Example.org>
        Original-Recipient: rfc822;gone@example.org
        Action: failed
        Status: 5.1.1 (bad destination)
        Diagnostic-Code: smtp; 550 5.1.1 <gone@example.org>:
         user unknown

        Final-Recipient: rfc822; slow@example.org
        Action: delayed
        Status: 4.4.1
        --b
        Content-Type: message/rfc822

        Return-Path: <bounces@example.com>
        From: Support <support@example.com>
        Reply-To: support+t.1001.aaaaaaaaaaaaaaaa@example.com
        To: gone@example.org
        Message-ID: <sent-1@example.com>
        In-Reply-To: <asked-1@example.org>
        References: <asked-0@example.org> <asked-1@example.org>
        Subject: Re: hello

        Message-ID: <this is text@example.com>
        --b--
        """;

    @Test
    void report_bounce_isReadWhole() throws IOException {
        assertEquals(
                Optional.of(new Delivery(
                        Outcome.FAILED,
                        List.of(
                                new Recipient(
                                        "Gone@Example.org",
                                        Outcome.FAILED,
                                        "5.1.1",
                                        "550 5.1.1 <gone@example.org>: user unknown"),
                                new Recipient("slow@example.org", Outcome.DELAYED, "4.4.1", "")),
                        Optional.of(new ReturnedMail(
                                Optional.of("sent-1@example.com"),
                                List.of("asked-1@example.org", "asked-0@example.org"),
                                List.of(
                                        new MailAddress("support@example.com", "Support"),
                                        new MailAddress("support+t.1001.aaaaaaaaaaaaaaaa@example.com", ""),
                                        new MailAddress("bounces@example.com", "")))))),
                report(BOUNCE));
    }

    @Test
    void report_ofHeadersAlone_isReadTheSame() throws IOException {
        Delivery bounce = assertInstanceOf(
                Delivery.class,
                report(BOUNCE.replace("Content-Type: message/rfc822", "Content-Type: text/rfc822-headers"))
                        .orElseThrow());
        assertEquals(
                Optional.of("sent-1@example.com"),
                bounce.returned().orElseThrow().messageId());
    }

    @Test
    void report_encodedOrFoldedOtherwise_isReadTheSame() throws IOException {
        assertEquals(report(BOUNCE), report(BOUNCE.replace("report-type=delivery-status; ", "")));
        assertEquals(
                report(BOUNCE),
                report(BOUNCE.replace("delivery-status\n\nReporting", "delivery-status\n\n\n\nReporting")));
        try (Parsed parsed = parsed(new BytesMail(BOUNCE.getBytes(StandardCharsets.UTF_8)))) {
            assertEquals(report(BOUNCE), parsed.mail().report());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "failed, 5.1.1, FAILED",
        "failed, 4.4.7, FAILED",
        "Failed (expired), '', FAILED",
        "delayed, 4.4.1, DELAYED",
        "delayed, 5.0.0, DELAYED",
        "delivered, 2.0.0, DELIVERED",
        "relayed, 2.0.0, DELIVERED",
        "expanded, 2.0.0, DELIVERED",
        "'', 5.7.1, FAILED",
        "'', 4.2.2, DELAYED",
        "unheard-of, 2.1.5, DELIVERED"
    })
    void report_outcome(String action, String status, Outcome outcome) throws IOException {
        Delivery delivery = assertInstanceOf(
                Delivery.class,
                report(status("Final-Recipient: rfc822; a@example.org\nAction: " + action + "\nStatus: " + status
                                + "\n"))
                        .orElseThrow());
        assertEquals(outcome, delivery.outcome());
        assertEquals(status, delivery.recipients().getFirst().status());
    }

    @Test
    void report_thatSaysNothing_isNone() throws IOException {
        assertEquals(Optional.empty(), report(status("Final-Recipient: rfc822; a@example.org\n")));
        assertEquals(Optional.empty(), report(status("Action: failed\n")));
        assertEquals(Optional.empty(), report(status("no field at all\n")));
        assertEquals(Optional.empty(), report("Content-Type: multipart/report; boundary=b\n\n--b--\n"));
    }

    @Test
    void report_partsInAnOrdinaryMail_areAttachmentsOnly() throws IOException {
        assertEquals(Optional.empty(), report(BOUNCE.replace("multipart/report", "multipart/mixed")));
    }

    @Test
    void report_ofManyRecipients_isBounded() throws IOException {
        StringBuilder blocks = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            blocks.append("Final-Recipient: rfc822; r").append(i).append("@example.org\nAction: failed\n\n");
        }
        blocks.append("Diagnostic-Code: smtp; ").append("x".repeat(100_000)).append("\n");
        Delivery delivery = assertInstanceOf(
                Delivery.class, report(status(blocks.toString())).orElseThrow());
        assertEquals(100, delivery.recipients().size());
    }

    @Test
    void report_textsInIt_areWithoutControlsAndBounded() throws IOException {
        Delivery delivery = assertInstanceOf(
                Delivery.class,
                report(status("Final-Recipient: rfc822; " + "a".repeat(1_000) + "@example.org\nAction: failed\n"
                                + "Diagnostic-Code: smtp; \u001B[31m" + "d".repeat(2_000) + "\n"))
                        .orElseThrow());
        Recipient recipient = delivery.recipients().getFirst();
        assertEquals(320, recipient.address().length());
        assertEquals(500, recipient.diagnostic().length());
        assertTrue(recipient.diagnostic().chars().noneMatch(Character::isISOControl));
    }

    @Test
    void report_receipt() throws IOException {
        String receipt = """
            From: customer@example.org
            Content-Type: multipart/report; report-type=disposition-notification; boundary=b

            --b
            Content-Type: text/plain

            Your message was displayed.
            --b
            Content-Type: message/disposition-notification

            Reporting-UA: pc.example.org; Some Mailer
            Final-Recipient: rfc822; customer@example.org
            Original-Message-ID: <sent-1@example.com>
            Disposition: manual-action/MDN-sent-manually; displayed/error
            --b--
            """;
        assertEquals(
                Optional.of(new Receipt(Optional.of("sent-1@example.com"), "displayed", Optional.empty())),
                report(receipt));
        assertEquals(Optional.empty(), report(receipt.replace("Disposition: ", "X-Disposition: ")));
    }

    @Test
    void report_complaint() throws IOException {
        assertEquals(
                Optional.of(new Complaint(
                        "abuse",
                        Optional.of(new ReturnedMail(Optional.of("sent-1@example.com"), List.of(), List.of())))),
                report("""
                    From: feedback@example.org
                    Content-Type: multipart/report; report-type=feedback-report; boundary=b

                    --b

                    Somebody complained.
                    --b
                    Content-Type: message/feedback-report

                    Feedback-Type: abuse
                    User-Agent: Some/1.0
                    --b
                    Content-Type: message/rfc822

                    Message-ID: <sent-1@example.com>
                    Subject: hello

                    hello
                    --b--
                    """));
    }

    @Test
    void report_failedRecipientsInAField_withTheMailAsText() throws IOException {
        Delivery delivery = assertInstanceOf(Delivery.class, report("""
            From: Mail Delivery System <Mailer-Daemon@mx.example.org>
            X-Failed-Recipients: gone@example.org, full@example.org
            Subject: Mail delivery failed: returning message to sender

            This message was created automatically by mail delivery software.

            ------ This is a copy of the message, including all the headers. ------

            From: support@example.com
            Message-ID: <sent-1@example.com>
            Subject: hello

            hello
            """).orElseThrow());
        assertEquals(Outcome.FAILED, delivery.outcome());
        assertEquals(
                List.of("gone@example.org", "full@example.org"),
                delivery.recipients().stream().map(Recipient::address).toList());
        assertEquals(
                Optional.of("sent-1@example.com"),
                delivery.returned().orElseThrow().messageId());
    }

    private static String status(String recipients) {
        return "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n"
                + "Reporting-MTA: dns; mx.example.org\n\n" + recipients + "--b--\n";
    }

    private static Optional<MailReport> report(String mail) throws IOException {
        try (Parsed parsed = parsed(BytesMail.of(mail))) {
            return parsed.mail().report();
        }
    }

    private static Parsed parsed(BytesMail mail) throws IOException {
        return assertInstanceOf(Parsed.class, new MailParser().parse(mail));
    }
}
