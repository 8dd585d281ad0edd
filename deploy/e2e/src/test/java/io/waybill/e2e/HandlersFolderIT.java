package io.waybill.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.JobOutcome.Attempt;
import io.waybill.contracts.JobOutcome.Result;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import io.waybill.handler.jars.TestJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The packaged processor with a folder of other people's jars: processor/handler-example, and some that go wrong. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HandlersFolderIT {
    private static final Path EXAMPLE = Path.of("../../processor/handler-example/target/mail-archive-1.0.0.jar")
            .toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private Path archive;
    private Path calls;
    private Ground ground;
    private AppProcess processor;

    @BeforeAll
    void start() throws Exception {
        archive = Files.createDirectory(directory.resolve("archive"));
        calls = Files.createDirectory(directory.resolve("calls"));
        Path handlers = Files.createDirectory(directory.resolve("handlers"));
        Files.copy(EXAMPLE, handlers.resolve("archive.jar"));
        // Each writes down its calls; then one is done, one fails twice, and one misses a class.
        TestJar.handler(handlers.resolve("steady.jar"), "Steady", noting("steady", "return done;"));
        TestJar.handler(
                handlers.resolve("failing.jar"),
                "Failing",
                noting("failing", "return context.attempt() < 3 ? HandlerResult.retry(\"not yet\") : done;"));
        TestJar.handler(
                handlers.resolve("broken.jar"),
                "Broken",
                noting(
                        "broken",
                        "if (context.attempt() < 2) throw new NoClassDefFoundError(\"words/Words\");"
                                + " return done;"));
        ground = new Ground(directory);
        processor = ground.processor("processor", environment(handlers));
        processor.start();
        processor.awaitReady();
    }

    @AfterAll
    void stop() throws Exception {
        processor.stop();
        ground.close();
    }

    @Test
    void mail_isHandledByTicketsAndByTheExample() throws Exception {
        Mailbox mailbox = ground.mailbox("acme", "support", "tickets", "archive");
        PointerJob job = ground.accept(mailbox, ground.put(mailbox, "first", "Printer on fire", "It burns."));

        JobOutcome outcome = outcomeOf(job);
        assertEquals(Result.HANDLED, outcome.result(), outcome.toString());
        assertEquals("created", outcome.handlers().get("tickets").effect());
        assertEquals("archived", outcome.handlers().get("archive").effect());
        assertEquals(job.jobId() + ".eml", outcome.handlers().get("archive").reference());
        assertEquals(1, ground.effects(job));
        String kept = Files.readString(archive.resolve("acme/support").resolve(job.jobId() + ".eml"));
        assertTrue(kept.startsWith("Message-ID: <first@sender.example>\r\n") && kept.contains("It burns."), kept);
    }

    @Test
    void oneFails_theRetriesRunThatOneAlone_andMailsBesideItAreHandled() throws Exception {
        Mailbox failing = ground.mailbox("acme", "failing", "steady", "failing", "archive");
        Mailbox broken = ground.mailbox("acme", "broken", "steady", "broken");
        awaitKnown(failing);
        awaitKnown(broken);
        PointerJob first = ground.accept(failing, ground.put(failing, "f", "s", "t"));
        PointerJob second = ground.accept(broken, ground.put(broken, "b", "s", "t"));

        JobOutcome outcome = outcomeOf(first);
        assertEquals(Result.HANDLED, outcome.result(), outcome.toString());
        assertEquals(
                Arrays.asList("HANDLER_FAILED", "HANDLER_FAILED", null),
                outcome.attempts().stream().map(Attempt::code).toList());
        assertTriedAlone("failing", 3, first);
        assertTrue(Files.exists(archive.resolve("acme/failing").resolve(first.jobId() + ".eml")));

        JobOutcome other = outcomeOf(second);
        assertEquals(Result.HANDLED, other.result(), other.toString());
        assertTriedAlone("broken", 2, second);
    }

    @Test
    void handlerThatDoesNotStart_endsTheProcessorWithItsReason() throws Exception {
        Path handlers = Files.createDirectory(directory.resolve("unset"));
        Files.copy(EXAMPLE, handlers.resolve("archive.jar"));
        AppProcess refused = ground.processor("refused", Map.of("WAYBILL_HANDLERS_DIR", handlers.toString()));
        refused.start();

        assertEquals(2, refused.awaitEnd());
        List<String> told = refused.log();
        assertTrue(
                told.contains("cannot start: the handler archive (archive.jar) did not start: set"
                        + " WAYBILL_HANDLERS_ARCHIVE_FOLDER to the folder to keep mails in"),
                told.toString());
    }

    /** The processor may hear of a mail before it hears of the mailbox, which counts as an attempt: so another mail goes first. */
    private void awaitKnown(Mailbox mailbox) {
        outcomeOf(ground.accept(mailbox, ground.put(mailbox, "before-" + mailbox.mailboxId(), "s", "t")));
    }

    private Map<String, String> environment(Path handlers) {
        return Map.of(
                "WAYBILL_HANDLERS_DIR", handlers.toString(),
                "WAYBILL_HANDLERS_ARCHIVE_FOLDER", archive.toString(),
                "WAYBILL_HANDLERS_STEADY_CALLS", calls.toString(),
                "WAYBILL_HANDLERS_FAILING_CALLS", calls.toString(),
                "WAYBILL_HANDLERS_BROKEN_CALLS", calls.toString());
    }

    private static String noting(String name, String then) {
        return """
            private java.nio.file.Path calls;

            public String name() {
                return "%1$s";
            }

            public void start(HandlerSettings settings) {
                calls = java.nio.file.Path.of(settings.get("calls").orElseThrow());
            }

            public HandlerResult handle(InboundMail mail, HandlerContext context) throws Exception {
                java.nio.file.Files.writeString(calls.resolve(context.jobId()), "%1$s\\n",
                        java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND);
                HandlerResult done = HandlerResult.done("noted", "");
                %2$s
            }
            """.formatted(name, then);
    }

    /** In the attempts that count; one whose transaction was aborted comes once more, so there may be more calls. */
    private void assertTriedAlone(String handler, int attempts, PointerJob job) throws IOException {
        List<String> calls = callsFor(job);
        List<String> sinceSteady = calls.subList(calls.lastIndexOf("steady") + 1, calls.size());
        assertEquals("steady", calls.getFirst(), calls.toString());
        assertEquals(Set.of(handler), Set.copyOf(sinceSteady), calls.toString());
        assertTrue(sinceSteady.size() >= attempts, calls.toString());
    }

    private List<String> callsFor(PointerJob job) throws IOException {
        return Files.readAllLines(calls.resolve(job.jobId().value()));
    }

    private JobOutcome outcomeOf(PointerJob job) {
        return await().atMost(PATIENCE)
                .until(
                        () -> ground.outcomes().stream()
                                .filter(outcome -> outcome.jobId().equals(job.jobId()))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }
}
