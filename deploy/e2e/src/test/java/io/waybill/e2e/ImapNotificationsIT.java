package io.waybill.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.JobId;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.PointerJob;
import io.waybill.e2e.AppProcess.App;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Mailboxes of an IMAP server with the watch that listens to them, the ingress that it calls, and the processor. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImapNotificationsIT {
    private static final Path SAMPLES = Path.of("..", "samples");
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /** A mail that is handled at all is handled much sooner. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(15);

    @TempDir
    static Path directory;

    private Ground ground;
    private List<AppProcess> apps = List.of();
    private Mailbox whole;
    private Mailbox paused;
    private Mailbox beside;
    private PointerJob beforeSince;
    private PointerJob afterSince;

    @BeforeAll
    void start() throws Exception {
        ground = new Ground(directory);
        Instant since = Instant.now().minus(Duration.ofHours(1));
        whole = mailbox("whole", since);
        paused = mailbox("paused", since);
        beside = mailbox("beside", since);
        beforeSince = deliver(paused, "old", since.minus(Duration.ofMinutes(1)));
        afterSince = deliver(paused, "new", since.plus(Duration.ofMinutes(1)));
        AppProcess ingress = ground.app(App.INGRESS_IMAP, "ingress-imap", Map.of());
        AppProcess watch = ground.app(
                App.WATCH,
                "watch",
                Map.of("WAYBILL_INGRESS_IMAP_URL", ingress.url().toString()));
        apps = List.of(ingress, watch, ground.processor("processor"));
        for (AppProcess app : apps) {
            app.start();
        }
        apps.forEach(AppProcess::awaitReady);
    }

    @AfterAll
    void stop() throws Exception {
        for (AppProcess app : apps) {
            app.stop();
        }
        ground.close();
    }

    @Test
    @DisplayName("A23 (i) end to end: a mail in the mailbox, a ticket with its comment and documents out")
    void mail_becomesATicketWithItsCommentAndDocuments() throws Exception {
        List<PointerJob> jobs = new ArrayList<>();
        for (String sample : List.of("plain.eml", "reply.eml", "attachments.eml")) {
            jobs.add(job(whole, ground.put(whole, Files.readAllBytes(SAMPLES.resolve(sample)))));
            // A reply finds its ticket if that is there.
            ground.awaitSettled(jobs, PATIENCE);
        }

        assertEquals(2, ground.tickets("whole"));
        assertEquals(
                1,
                ground.count("select count(*) from ticket_overview where tenant = 'whole'"
                        + " and subject = 'The label printer prints blank labels' and comments = 2"));
        assertEquals(
                2,
                ground.count("select documents from ticket_overview where tenant = 'whole'"
                        + " and requester = 'lecture-halls@university.example'"));
        new EveryJobSettles().check(jobs, ground);
        new HandledOncePerMessage().check(jobs, ground);
    }

    @Test
    @DisplayName("A24 (i) a mailbox begins at its since, is paused and resumed, without loss or doubling")
    void mailbox_beginsIsPausedAndResumed() throws Exception {
        List<PointerJob> jobs = new ArrayList<>(List.of(afterSince));
        ground.awaitSettled(jobs, PATIENCE);

        ground.command("mailboxes", "pause", "paused/box0");
        // Watch and processor may hear of it somewhat later.
        do {
            jobs.add(deliver(paused, "paused-" + jobs.size(), Instant.now()));
        } while (isHandled(jobs.getLast()));
        List<PointerJob> held = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            held.add(deliver(paused, "held-" + i, Instant.now()));
        }
        ground.awaitSettled(List.of(deliver(beside, "not-paused", Instant.now())), PATIENCE);
        Set<JobId> handled = new HashSet<>(ground.settled());
        handled.retainAll(Ground.ids(held));
        assertEquals(Set.of(), handled, "handled although the mailbox is paused");

        ground.command("mailboxes", "resume", "paused/box0");
        jobs.addAll(held);
        ground.awaitSettled(jobs, PATIENCE);
        assertEquals(jobs.size(), ground.tickets("paused"));
        assertEquals(0, ground.effects(beforeSince));
        new EveryJobSettles().check(jobs, ground);
        new HandledOncePerMessage().check(jobs, ground);
    }

    /** Whether it is, within a time in which every other mail is. */
    private boolean isHandled(PointerJob job) {
        try {
            await().atMost(LONG_ENOUGH).until(() -> ground.settled().contains(job.jobId()));
            return true;
        } catch (ConditionTimeoutException notHandled) {
            return false;
        }
    }

    private Mailbox mailbox(String tenant, Instant since) {
        String login = tenant + ".box0";
        ground.mail.addUser(Ground.address(tenant, "box0"), login, Ground.PASSWORD);
        return ground.apply(Ground.mailbox(
                tenant,
                "box0",
                since,
                MailboxLimits.DEFAULTS,
                new ImapAccount(
                        "127.0.0.1",
                        ground.mail.imapPort(),
                        ImapAccount.Tls.NONE,
                        login,
                        new CredentialReference("file:password"),
                        List.of("INBOX"),
                        null)));
    }

    /** A mail that came at that time, as the server has it; the job that it is, whoever finds it. */
    private PointerJob deliver(Mailbox mailbox, String id, Instant received) {
        String login = ((ImapAccount) mailbox.source()).username();
        long uid = ground.mail.append(login, Ground.eml(mailbox, id, id, "text"), received);
        return job(mailbox, ImapPointer.of("INBOX", ground.mail.uidValidity(login), uid));
    }

    private static PointerJob job(Mailbox mailbox, ImapPointer pointer) {
        return PointerJob.of(mailbox, pointer, Instant.now());
    }
}
