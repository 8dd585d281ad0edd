package io.waybill.inbound.handle.tickets;

import static io.waybill.inbound.handle.tickets.TicketsFixture.marks;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.waybill.handler.Automation;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.HandlerResult.Done;
import io.waybill.handler.HandlerResult.Skip;
import io.waybill.handler.MailAddress;
import io.waybill.handler.MailReport;
import io.waybill.handler.MailReport.Outcome;
import io.waybill.handler.MailReport.ReturnedMail;
import io.waybill.handler.testing.SampleMail;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RobotsIT {
    private static TicketsFixture tickets;

    @BeforeAll
    static void start() {
        tickets = new TicketsFixture();
    }

    @AfterAll
    static void stop() {
        tickets.close();
    }

    @Test
    void automated_thatThreads_isAFlaggedComment() throws Exception {
        String original = random();
        Done opened = done(SampleMail.of(original).cc("away@example.com"));
        Done answer = done(SampleMail.of(random())
                .from("away@example.com", "")
                .automated(Automation.AUTO_SUBMITTED, Automation.PRECEDENCE)
                .citing(original));
        assertEquals(new Done("commented", opened.reference()), answer);
        assertEquals(List.of("mail|{}|0", "mail|{automated}|2"), kinds(opened));
    }

    @Test
    void automated_thatThreadsNowhere_isAFlaggedTicket() throws Exception {
        Done opened = done(SampleMail.of(random()).automated(Automation.LIST));
        assertEquals("created", opened.effect());
        assertEquals(
                List.of("mail|{automated}"),
                tickets.query("select kind, flags from ticket_overview where number = ?", opened.reference()));
    }

    @Test
    void fromTheMailboxItself_isFlagged() throws Exception {
        Done opened =
                done(SampleMail.of(random()).from("Support@Example.com", "").to("customer@example.com"));
        assertEquals(List.of("mail|{self}|0"), kinds(opened));
    }

    @Test
    void bounce_ofOurMail_isAnEventOnItsTicket() throws Exception {
        Done opened = done(SampleMail.of(random()));
        String id = marks("support").messageId(number(opened), "example.com").orElseThrow();
        String address = marks("support")
                .replyAddress("support@example.com", number(opened))
                .orElseThrow();
        Done joined = new Done("commented", opened.reference());
        assertEquals(joined, done(bounce(Outcome.FAILED, returned(id, List.of(), "support@example.com"))));
        // A relay gave the mail another id; our earlier mail is still among the references.
        assertEquals(joined, done(bounce(Outcome.FAILED, returned(random(), List.of(random(), id), "x@example.com"))));
        assertEquals(joined, done(bounce(Outcome.FAILED, returned(random(), List.of(), address))));
        assertEquals(
                List.of("mail|{}|0", "bounce|{automated}|1", "bounce|{automated}|1", "bounce|{automated}|1"),
                kinds(opened));
        assertEquals(
                List.of("{\"failed: gone@example.org (5.1.1) 550 no such user\"}|3"),
                tickets.query(
                        "select t.report, (select count(*) from ticket_document d where d.number = t.number and"
                                + " d.comment_position = t.position) from ticket_thread t where t.number = ? and"
                                + " t.position = 2",
                        opened.reference()));
    }

    @Test
    void bounce_ofAMailThatIsNotOurs_isALinkedTicketOfItsOwn() throws Exception {
        String known = random();
        Done opened = done(SampleMail.of(known));
        // Whoever knows an id can write a bounce of it, in the customer's name as well.
        Done forged = done(bounce(Outcome.FAILED, returned(known, List.of(), "support@example.com"))
                .from("customer@example.com", "")
                .citing(known));
        assertEquals("created", forged.effect());
        assertNotEquals(opened.reference(), forged.reference());
        assertEquals(List.of("bounce|{automated}|1"), kinds(forged));
        assertEquals(List.of("possibly-related|support|" + opened.reference()), tickets.links(forged.reference()));
    }

    @Test
    void delayAndDelivery_areNotes() throws Exception {
        Done opened = done(SampleMail.of(random()));
        String id = marks("support").messageId(number(opened), "example.com").orElseThrow();
        done(bounce(Outcome.DELAYED, returned(id, List.of(), "support@example.com")));
        done(bounce(Outcome.DELIVERED, returned(id, List.of(), "support@example.com")));
        assertEquals(List.of("mail|{}|0", "note|{automated,delayed}|1", "note|{automated,delivered}|1"), kinds(opened));
    }

    @Test
    void event_makesNobodyAParticipant() throws Exception {
        String original = random();
        Done opened = done(SampleMail.of(original));
        String id = marks("support").messageId(number(opened), "example.com").orElseThrow();
        Done event = done(bounce(Outcome.FAILED, returned(id, List.of(), "support@example.com"))
                .to("support@example.com", "stranger@example.net"));
        assertEquals(opened.reference(), event.reference());
        for (String sender : List.of("stranger@example.net", "mailer-daemon@example.org")) {
            assertEquals(
                    "created",
                    done(SampleMail.of(random()).from(sender, "").citing(original))
                            .effect());
        }
    }

    @Test
    void receipt_thatThreads_isANote() throws Exception {
        String original = random();
        Done opened = done(SampleMail.of(original));
        Done receipt = done(receipt(original));
        assertEquals(new Done("commented", opened.reference()), receipt);
        String id = marks("support").messageId(number(opened), "example.com").orElseThrow();
        assertEquals(receipt, done(receipt(id).from("assistant@example.org", "")));
        assertEquals(List.of("mail|{}|0", "note|{automated,receipt}|1", "note|{automated,receipt}|1"), kinds(opened));
    }

    @Test
    void receipt_thatThreadsNowhere_isSkipped_andAnsweredTheSame() throws Exception {
        String job = random();
        SampleMail receipt = receipt(random());
        long comments = tickets.count("comment");
        HandlerResult skipped = tickets.handle(receipt, job);
        assertEquals(new Skip(Skip.Reason.RECEIPT, "a read receipt that belongs to no ticket"), skipped);
        assertEquals(skipped, tickets.handle(receipt, job));
        assertEquals(skipped, tickets.handle(receipt, random()));
        assertEquals(comments, tickets.count("comment"));
        assertEquals(
                List.of("receipt|null|null"),
                tickets.query("select effect, ticket_id, comment_id from processed_message where job_id = ?", job));
    }

    @Test
    void receipt_withSomethingElseInIt_isKept() throws Exception {
        Done opened = done(receipt(random()).attach("order.pdf", "application/pdf", new byte[10]));
        assertEquals("created", opened.effect());
        assertEquals(List.of("note|{automated,receipt}|1"), kinds(opened));
    }

    @Test
    void complaint_isANoteWhereItReturnsOurMail_andATicketElse() throws Exception {
        Done opened = done(SampleMail.of(random()));
        String id = marks("support").messageId(number(opened), "example.com").orElseThrow();
        Done complaint = done(complaint(id));
        assertEquals(opened.reference(), complaint.reference());
        assertEquals(List.of("mail|{}|0", "note|{automated,complaint}|1"), kinds(opened));
        assertEquals("created", done(complaint(random())).effect());
    }

    private static SampleMail bounce(Outcome outcome, ReturnedMail returned) {
        return SampleMail.of(random())
                .from("mailer-daemon@example.org", "Mail Delivery System")
                .reporting(new MailReport.Delivery(
                        outcome,
                        List.of(new MailReport.Recipient("gone@example.org", outcome, "5.1.1", "550 no such user")),
                        Optional.of(returned)))
                .attach("delivery-status.txt", "message/delivery-status", new byte[10])
                .attach("message.eml", "message/rfc822", new byte[10]);
    }

    private static SampleMail receipt(String originalId) {
        return SampleMail.of(random())
                .reporting(new MailReport.Receipt(Optional.of(originalId), "displayed", Optional.empty()))
                .attach("receipt.txt", "message/disposition-notification", new byte[10]);
    }

    private static SampleMail complaint(String returnedId) {
        return SampleMail.of(random())
                .from("feedback@example.org", "")
                .reporting(new MailReport.Complaint(
                        "abuse", Optional.of(returned(returnedId, List.of(), "support@example.com"))));
    }

    private static ReturnedMail returned(String id, List<String> cites, String sender) {
        return new ReturnedMail(Optional.of(id), cites, List.of(new MailAddress(sender, "")));
    }

    private static List<String> kinds(Done done) throws Exception {
        return tickets.query(
                "select kind, flags, cardinality(signs) from ticket_thread where number = ? order by position",
                done.reference());
    }

    private static long number(Done done) {
        return Long.parseLong(done.reference().substring(2));
    }

    private static Done done(SampleMail mail) throws InterruptedException {
        return assertInstanceOf(Done.class, tickets.handle(mail, random()));
    }

    private static String random() {
        return UUID.randomUUID().toString();
    }
}
