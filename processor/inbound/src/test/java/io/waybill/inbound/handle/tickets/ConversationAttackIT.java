package io.waybill.inbound.handle.tickets;

import static io.waybill.inbound.handle.tickets.TicketsFixture.marks;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.waybill.handler.HandlerResult.Done;
import io.waybill.handler.testing.SampleMail;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Strangers who know or guess ids and numbers: they get into no ticket, and pull nobody into theirs. */
class ConversationAttackIT {
    private static final String OUTSIDER = "outsider@example.net";

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
    void cite_knownId_opensATicketThatIsLinkedBothWays() throws Exception {
        String original = random();
        Done opened = handle(SampleMail.of(original));
        Done outsider = handle(fromOutsider().citing(random(), original));
        assertOpened(outsider, opened);
        assertEquals(List.of("possibly-related|support|" + opened.reference()), tickets.links(outsider.reference()));
        assertEquals(List.of("possibly-related|support|" + outsider.reference()), tickets.links(opened.reference()));
    }

    @Test
    void cite_asSelfMadeParticipant_opensATicket() throws Exception {
        String original = random();
        Done opened = handle(SampleMail.of(original));
        // He names himself in every field that he writes, and cites his own mails beside the known one.
        String first = random();
        assertOpened(
                handle(SampleMail.of(first)
                        .from(OUTSIDER, "A Customer")
                        .to("support@example.com", "customer@example.com", OUTSIDER)
                        .cc(OUTSIDER)
                        .citing(original)),
                opened);
        Done again = handle(fromOutsider().cc(OUTSIDER, "customer@example.com").citing(original, first));
        assertNotEquals(opened.reference(), again.reference());
    }

    @Test
    void cite_thenTheOriginalArrives_theyStayApart() throws Exception {
        String original = random();
        Done trap = handle(
                fromOutsider().to("support@example.com", "customer@example.com").citing(original));
        Done opened = handle(SampleMail.of(original));
        assertOpened(opened, trap);
        assertEquals(List.of("possibly-related|support|" + trap.reference()), tickets.links(opened.reference()));
    }

    @Test
    void cite_whatOthersCiteToo_pullsNobodyIn() throws Exception {
        String original = random();
        Done trap = handle(fromOutsider()
                .to("support@example.com", "customer@example.com", "agent@example.com")
                .citing(original));
        // The original is not here yet; two people answer it.
        Done agent = handle(SampleMail.of(random())
                .from("agent@example.com", "")
                .to("customer@example.com", "support@example.com")
                .citing(original));
        assertOpened(agent, trap);
        Done customer = handle(SampleMail.of(random())
                .to("support@example.com", "agent@example.com")
                .citing(original));
        assertEquals(new Done("commented", agent.reference()), customer);
        Done late = handle(SampleMail.of(original).to("support@example.com", "agent@example.com"));
        assertEquals(new Done("commented", agent.reference()), late);
        assertEquals(List.of("1"), comments(trap));
    }

    @Test
    void cite_andSomebodyAnswersTheTrap_theOriginalStaysOut() throws Exception {
        String original = random();
        String bait = random();
        Done trap = handle(SampleMail.of(bait)
                .from(OUTSIDER, "")
                .to("support@example.com", "customer@example.com", "agent@example.com")
                .citing(original));
        // The agent answers the bait itself, to all, with the references it had: that mail belongs there.
        Done answer = handle(SampleMail.of(random())
                .from("agent@example.com", "")
                .to(OUTSIDER, "support@example.com", "customer@example.com")
                .citing(bait, original));
        assertEquals(trap.reference(), answer.reference());
        Done opened = handle(SampleMail.of(original).to("support@example.com", "agent@example.com"));
        assertOpened(opened, trap);
    }

    @Test
    void original_forged_joinsNothing() throws Exception {
        String original = random();
        Done reply = handle(SampleMail.of(random())
                .from("agent@example.com", "")
                .to("customer@example.com", "support@example.com")
                .citing(original));
        Done forged = handle(
                SampleMail.of(original).from(OUTSIDER, "A Customer").to("support@example.com", "agent@example.com"));
        assertOpened(forged, reply);
        // The forgery does not keep the true one out.
        Done late = handle(SampleMail.of(original).to("support@example.com", "agent@example.com"));
        assertEquals(new Done("commented", reply.reference()), late);
    }

    @Test
    void original_whenThereIsOneAlready_isNotLate() throws Exception {
        String original = random();
        Done opened = handle(SampleMail.of(original).to("support@example.com", "agent@example.com"));
        handle(SampleMail.of(random())
                .from("agent@example.com", "")
                .to("customer@example.com", "support@example.com")
                .citing(original));
        Done other = handle(SampleMail.of(original)
                .to("support@example.com", "agent@example.com")
                .text("other content under the same id"));
        assertOpened(other, opened);
        assertEquals(List.of("possibly-related|support|" + opened.reference()), tickets.links(other.reference()));
    }

    @Test
    void number_inSubjectOfAParticipant_joins() throws Exception {
        Done opened = handle(SampleMail.of(random()));
        for (String form : List.of("[%s]", "[#%s]")) {
            String subject = "Re: " + form.formatted(opened.reference()) + " The printer";
            assertEquals(
                    new Done("commented", opened.reference()),
                    handle(SampleMail.of(random()).subject(subject)));
        }
    }

    @Test
    void number_inSubjectOfAStranger_opensALinkedTicket() throws Exception {
        Done opened = handle(SampleMail.of(random()));
        Done outsider = handle(
                fromOutsider().cc("customer@example.com").subject("Re: [" + opened.reference() + "] The printer"));
        assertOpened(outsider, opened);
        assertEquals(List.of("possibly-related|support|" + opened.reference()), tickets.links(outsider.reference()));
    }

    @Test
    void number_ofNoTicket_isNothing() throws Exception {
        Done done = handle(SampleMail.of(random()).subject("[T-1] [T-999999999999999999] [T-99999999999999999999]"));
        assertEquals("created", done.effect());
        assertEquals(List.of(), tickets.links(done.reference()));
    }

    @Test
    void mark_ofOurs_joinsAtOnce_whoeverWrites() throws Exception {
        Done opened = handle(SampleMail.of(random()));
        long ticket = ticket(opened);
        String id = marks("support").messageId(ticket, "example.com").orElseThrow();
        String address =
                marks("support").replyAddress("support@example.com", ticket).orElseThrow();
        Done joined = new Done("commented", opened.reference());
        assertEquals(joined, handle(fromOutsider().citing(random(), id)));
        assertEquals(joined, handle(SampleMail.of(random()).withoutFrom().to(address.toUpperCase(Locale.ROOT))));
        assertEquals(joined, handle(fromOutsider().cc(address)));
        for (String field : List.of("Delivered-To", "X-Original-To", "Envelope-To")) {
            assertEquals(
                    joined,
                    handle(SampleMail.of(random())
                            .from(random() + "@example.net", "")
                            .header(field, "first@example.com", address)));
        }
        // Our own mail as it comes back, by a copy or from a folder of sent mail.
        assertEquals(
                joined, handle(SampleMail.of(id).from("support@example.com", "").to(OUTSIDER)));
    }

    @Test
    void mark_withOneCharacterChanged_isNone() throws Exception {
        Done opened = handle(SampleMail.of(random()));
        long ticket = ticket(opened);
        String id = marks("support").messageId(ticket, "example.com").orElseThrow();
        String address =
                marks("support").replyAddress("support@example.com", ticket).orElseThrow();
        assertOpened(handle(fromOutsider().citing(changed(id))), opened);
        assertOpened(handle(fromOutsider().to(changed(address))), opened);
        assertOpened(handle(fromOutsider().header("Delivered-To", changed(address))), opened);
    }

    @Test
    void mark_ofAnotherMailbox_isNone() throws Exception {
        Done opened = handle(SampleMail.of(random()));
        String id = marks("sales").messageId(ticket(opened), "example.com").orElseThrow();
        assertOpened(handle(fromOutsider().citing(id)), opened);
    }

    @Test
    void mark_withoutInstallKey_isNone() throws Exception {
        Done opened = handle(SampleMail.of(random()));
        String id = marks("support").messageId(ticket(opened), "example.com").orElseThrow();
        try (TicketsHandler keyless =
                tickets.handler(tickets.secrets(), tickets.database().jdbcUrl(), 2)) {
            assertOpened(
                    assertInstanceOf(
                            Done.class,
                            keyless.handle(
                                    fromOutsider().citing(id), TicketsFixture.job("acme", "support", random(), false))),
                    opened);
        }
    }

    @Test
    void mark_ofATicketThatIsNotHere_isNone() throws Exception {
        String id = marks("support").messageId(999_999_999L, "example.com").orElseThrow();
        assertEquals("created", handle(fromOutsider().citing(id)).effect());
    }

    private static SampleMail fromOutsider() {
        return SampleMail.of(random()).from(OUTSIDER, "A Customer");
    }

    private static void assertOpened(Done done, Done other) {
        assertEquals("created", done.effect());
        assertNotEquals(other.reference(), done.reference());
    }

    private static List<String> comments(Done done) throws Exception {
        return tickets.query("select comments from ticket_overview where number = ?", done.reference());
    }

    private static long ticket(Done done) {
        return Long.parseLong(done.reference().substring(2));
    }

    /** The last character of the proof, exchanged. */
    private static String changed(String mark) {
        int at = mark.indexOf('@') - 1;
        return mark.substring(0, at) + (mark.charAt(at) == 'a' ? 'b' : 'a') + mark.substring(at + 1);
    }

    private static Done handle(SampleMail mail) throws InterruptedException {
        return assertInstanceOf(Done.class, tickets.handle(mail, random()));
    }

    private static String random() {
        return UUID.randomUUID().toString();
    }
}
