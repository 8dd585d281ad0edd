package io.waybill.inbound.mime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.waybill.handler.Automation;
import io.waybill.inbound.mime.ParseResult.Parsed;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RobotSignsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\1',
            value = {
                "AUTO_SUBMITTED|Auto-Submitted: auto-replied (vacation)",
                "AUTO_SUBMITTED|auto-submitted: Auto-Generated; owner-email=\"a@example.com\"",
                "PRECEDENCE|Precedence: BULK",
                "PRECEDENCE|Precedence: auto_reply",
                "RESPONSE_SUPPRESSED|X-Auto-Response-Suppress: DR, OOF, AutoReply",
                "RESPONSE_SUPPRESSED|X-Auto-Response-Suppress: All",
                "LIST|List-Id: <dev.example.com>",
                "LIST|List-Unsubscribe: <mailto:leave@example.com>",
                "LIST|List-Post: <mailto:dev@example.com>",
                "AUTORESPONDER|X-Autoreply: yes",
                "AUTORESPONDER|X-Autorespond: Re: hello",
                "AUTORESPONDER|X-Loop: support@example.com",
                "AUTORESPONDER|Feedback-ID: 1:2:3:sender",
                "NULL_RETURN_PATH|Return-Path: <>",
                "REPORT|Content-Type: multipart/report; report-type=delivery-status; boundary=b",
                "REPORT|Content-Type: Message/Disposition-Notification",
                "LOOP|X-Waybill-Loop: acme/support",
                "ROBOT_ADDRESS|From: Mail Delivery System <MAILER-DAEMON@mx.example.com>",
                "ROBOT_ADDRESS|From: no-reply@example.com",
                "ROBOT_ADDRESS|From: noreply+1234@example.com",
                "ROBOT_ADDRESS|From: do_not_reply@example.com",
                "ROBOT_ADDRESS|From: bounces-17-a=example.com@lists.example.com",
                "ROBOT_ADDRESS|From: postmaster@example.com"
            })
    void automation_eachSign(Automation sign, String field) throws IOException {
        assertEquals(Set.of(sign), signs(field + "\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Auto-Submitted: no",
                "Auto-Submitted: No (a person)",
                "Auto-Submitted:",
                "Precedence: normal",
                "Precedence: first-class",
                "X-Auto-Response-Suppress: DR, RN, NRN",
                "X-Auto-Response-Suppress: Overall",
                "X-Auto-Reply: no",
                "Return-Path: <a@example.com>",
                "Content-Type: multipart/mixed; boundary=b; report-type=delivery-status",
                "From: Noreen Reply <noreen@example.com>",
                "From: bouncer@example.com",
                "From: \"no-reply\" <kim@example.com>"
            })
    void automation_ofAPerson_isEmpty(String field) throws IOException {
        assertEquals(Set.of(), signs(field + "\n"));
    }

    @Test
    void automation_severalSigns_areAllGiven() throws IOException {
        assertEquals(
                Set.of(Automation.AUTO_SUBMITTED, Automation.PRECEDENCE, Automation.NULL_RETURN_PATH),
                signs("Return-Path: < >\nAuto-Submitted: no\nAuto-Submitted: auto-replied\nPrecedence: junk\n"));
    }

    private static Set<Automation> signs(String fields) throws IOException {
        try (Parsed parsed = assertInstanceOf(
                Parsed.class, new MailParser().parse(BytesMail.of(fields + "Subject: hello\n\ntext\n")))) {
            return parsed.mail().automation();
        }
    }
}
