package io.waybill.handler.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.waybill.handler.Automation;
import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailAddress;
import io.waybill.handler.MailHandler;
import io.waybill.handler.MailReport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What every handler must keep to. A test class implements this, gives the handler, started, and a count of what the handler has done
 * to the world; the tests come with it.
 */
public interface MailHandlerContract {
    /** The handler under test, started. */
    MailHandler handler();

    /** How often it took effect so far, however that shows: rows of a table, requests to a server. */
    long effects() throws Exception;

    /** A context for a job of this name; the same name is the same job. */
    default HandlerContext context(String job) {
        return new HandlerContext(
                job,
                "acme",
                "support",
                "support@example.com",
                0,
                1,
                false,
                Instant.now().plus(Duration.ofMinutes(1)));
    }

    @Test
    default void name_isLowerCaseAndStaysTheSame() {
        assertTrue(
                handler().name().matches("[a-z0-9][a-z0-9-]{0,39}"), handler().name());
        assertEquals(handler().name(), handler().name());
    }

    @Test
    default void handle_ordinaryMail_takesEffectOnce() throws Exception {
        long before = effects();
        HandlerResult result = handler().handle(SampleMail.of(random()), context(random()));
        assertInstanceOf(HandlerResult.Done.class, result);
        assertEquals(before + 1, effects());
        assertKeepsToItsBounds(result);
    }

    @Test
    default void handle_sameJobTwice_takesEffectOnceAndAnswersTheSame() throws Exception {
        long before = effects();
        InboundMail mail = SampleMail.of(random());
        HandlerContext first = context(random());
        HandlerContext again = new HandlerContext(
                first.jobId(),
                first.tenant(),
                first.mailbox(),
                first.mailboxAddress(),
                first.generation() + 1,
                first.attempt() + 1,
                first.recovered(),
                first.deadline());
        assertEquals(handler().handle(mail, first), handler().handle(mail, again));
        assertEquals(before + 1, effects());
    }

    @Test
    default void handle_sameJobOnEightThreads_takesEffectOnce() throws Exception {
        long before = effects();
        InboundMail mail = SampleMail.of(random());
        HandlerContext context = context(random());
        List<HandlerResult> results = concurrently(8, () -> handler().handle(mail, context));
        assertEquals(before + 1, effects());
        for (HandlerResult result : results) {
            // One that finds the job under way may ask to come back instead of waiting.
            assertTrue(
                    result instanceof HandlerResult.Done || result instanceof HandlerResult.Retry, result.toString());
        }
        assertTrue(results.stream().anyMatch(HandlerResult.Done.class::isInstance));
    }

    @Test
    default void handle_manyJobsAtOnce_takesEffectForEach() throws Exception {
        long before = effects();
        List<HandlerResult> results =
                concurrently(40, () -> handler().handle(SampleMail.of(random()), context(random())));
        results.forEach(result -> assertInstanceOf(HandlerResult.Done.class, result));
        assertEquals(before + 40, effects());
    }

    @Test
    default void handle_mailWithAttachments_closesWhatItOpens() throws Exception {
        SampleMail mail = withAttachment(random());
        handler().handle(mail, context(random()));
        assertEquals(0, mail.openStreams(), "streams that were opened and not closed");
    }

    /** A lost temporary file is not the mail's fault: the handler fails, leaves no half of an effect, and does all of it next time. */
    @Test
    default void handle_mailThatBreaksOff_canBeRepeated() throws Exception {
        long before = effects();
        String id = random();
        HandlerContext context = context(random());
        SampleMail broken = withAttachment(id).breakingOff();
        HandlerResult first = handleOrFail(broken, context);
        assertFalse(first instanceof HandlerResult.Refuse || first instanceof HandlerResult.Skip, first.toString());
        // Done is right for a handler that reads no stream.
        assertEquals(first instanceof HandlerResult.Done ? before + 1 : before, effects());
        assertEquals(0, broken.openStreams(), "streams that were opened and not closed");

        assertInstanceOf(HandlerResult.Done.class, handler().handle(withAttachment(id), context));
        assertEquals(before + 1, effects());
    }

    /** As at the deadline: it ends soon, whatever it answers, and the job can be handed over again. */
    @Test
    default void handle_interrupted_endsAndCanBeRepeated() throws Exception {
        long before = effects();
        String id = random();
        HandlerContext context = context(random());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.submit(() -> {
                        Thread.currentThread().interrupt();
                        return handleOrFail(withAttachment(id), context);
                    })
                    .get(60, TimeUnit.SECONDS);
        }
        assertInstanceOf(HandlerResult.Done.class, handler().handle(withAttachment(id), context));
        assertEquals(before + 1, effects());
    }

    /** Whatever stands in a mail, the handler answers, and does not throw. */
    @TestFactory
    default Stream<DynamicTest> handle_oddMail_answers() {
        Map<String, SampleMail> odd = new LinkedHashMap<>();
        odd.put("no From", SampleMail.of(random()).withoutFrom());
        odd.put("no Message-ID", SampleMail.of(random()).withoutMessageId());
        odd.put("no Date", SampleMail.of(random()).withoutDate());
        odd.put("no subject", SampleMail.of(random()).subject(""));
        odd.put("no recipients", SampleMail.of(random()).withoutRecipients());
        odd.put("no text", SampleMail.of(random()).withoutText());
        odd.put("empty text", SampleMail.of(random()).text(""));
        odd.put(
                "nothing at all",
                SampleMail.of(random())
                        .withoutMessageId()
                        .withoutFrom()
                        .withoutDate()
                        .withoutText()
                        .subject("")
                        .withoutRecipients());
        odd.put(
                "NULs",
                SampleMail.of(random() + "\0").subject("a\0b").text("c\0d").from("e\0f@example.com", "g\0h"));
        odd.put(
                "control characters",
                SampleMail.of(random()).subject("a\r\nBcc: b\u0007\u001B[31m").text("\u0001\u007F"));
        odd.put(
                "half of a surrogate pair",
                SampleMail.of(random()).subject("a\uD83D").text("\uDD25b").html("\uD83D"));
        odd.put(
                "right to left",
                SampleMail.of(random()).subject("\u202Etxt.exe").from("a@example.com", "\u2067b"));
        odd.put(
                "quotes and backslashes",
                SampleMail.of("'\"\\" + random())
                        .subject("'); drop table ticket; --")
                        .text("\\x00 $1 {} %s"));
        odd.put("a subject of 100,000 characters", SampleMail.of(random()).subject("s".repeat(100_000)));
        odd.put("a text of 1 MiB", SampleMail.of(random()).text("€".repeat(1 << 20)));
        odd.put("a Message-ID of 998 characters", SampleMail.of("m".repeat(962) + random()));
        odd.put(
                "500 recipients",
                SampleMail.of(random())
                        .cc(Stream.iterate(0, i -> i + 1)
                                .limit(500)
                                .map(i -> "r" + i + "@example.com")
                                .toArray(String[]::new)));
        odd.put(
                "100 citations, itself among them",
                SampleMail.of("self")
                        .citing(Stream.iterate(0, i -> i + 1)
                                .limit(100)
                                .map(i -> i == 50 ? "self" : random())
                                .toArray(String[]::new)));
        odd.put(
                "an autoresponder's",
                SampleMail.of(random())
                        .from("noreply@example.com", "")
                        .automated(Automation.values())
                        .citing(random()));
        odd.put(
                "a bounce with a half of a surrogate pair",
                SampleMail.of(random()).withoutFrom().reporting(bounce()));
        odd.put(
                "a read receipt of nothing",
                SampleMail.of(random()).reporting(new MailReport.Receipt(Optional.empty(), "", Optional.empty())));
        odd.put("a complaint", SampleMail.of(random()).reporting(new MailReport.Complaint("abuse", Optional.empty())));
        odd.put(
                "an empty attachment",
                SampleMail.of(random()).attach("empty.bin", "application/octet-stream", new byte[0]));
        odd.put(
                "an attachment of 3 MiB",
                SampleMail.of(random()).attach("large.bin", "application/octet-stream", new byte[3 << 20]));
        odd.put("300 attachments of one name", many(300));
        return odd.entrySet().stream()
                .map(mail -> dynamicTest(mail.getKey(), () -> {
                    HandlerResult result = handler().handle(mail.getValue(), context(random()));
                    assertKeepsToItsBounds(result);
                    assertFalse(result instanceof HandlerResult.Unavailable, result.toString());
                    assertFalse(result instanceof HandlerResult.Retry, "an odd mail stays odd: " + result);
                }));
    }

    /** What a result says appears in logs, outcomes and dead letters: nothing of a mail may be in it. */
    @Test
    default void handle_result_quotesNothingOfTheMail() throws Exception {
        String secret = "zyzzyva" + random();
        SampleMail mail = SampleMail.of(secret + "@example.com")
                .from(secret + "@example.com", secret)
                .subject(secret + "\0")
                .text(secret)
                .html(secret)
                .attach(secret, "text/plain", secret.getBytes(StandardCharsets.UTF_8));
        assertFalse(handler().handle(mail, context(random())).toString().contains(secret));
    }

    private static MailReport bounce() {
        return new MailReport.Delivery(
                MailReport.Outcome.FAILED,
                List.of(new MailReport.Recipient(
                        "a\0b@example.com", MailReport.Outcome.FAILED, "5.1.1", "550 \uD83D" + "x".repeat(480))),
                Optional.of(new MailReport.ReturnedMail(
                        Optional.of(random()),
                        List.of(random(), "t.1001." + "a".repeat(16) + "." + "b".repeat(16) + "@example.com"),
                        List.of(new MailAddress("support+t.1001." + "a".repeat(16) + "@example.com", "")))));
    }

    private HandlerResult handleOrFail(InboundMail mail, HandlerContext context) {
        try {
            return handler().handle(mail, context);
        } catch (Exception failed) {
            return HandlerResult.retry(failed.getClass().getName());
        }
    }

    private static SampleMail withAttachment(String id) {
        return SampleMail.of(id).attach("plan.bin", "application/octet-stream", new byte[100_000]);
    }

    private static SampleMail many(int attachments) {
        SampleMail mail = SampleMail.of(random());
        for (int i = 0; i < attachments; i++) {
            mail.attach("same.txt", "text/plain", new byte[] {'x'});
        }
        return mail;
    }

    private static void assertKeepsToItsBounds(HandlerResult result) {
        switch (result) {
            case HandlerResult.Done done -> {
                assertTrue(!done.effect().isEmpty() && done.effect().length() <= 40, done.toString());
                assertTrue(done.reference().length() <= 200, done.toString());
            }
            case HandlerResult.Skip skip -> assertTrue(skip.evidence().length() <= 200, skip.toString());
            case HandlerResult.Retry retry -> assertDetail(retry.detail());
            case HandlerResult.Refuse refuse -> assertDetail(refuse.detail());
            case HandlerResult.Unavailable unavailable -> assertDetail(unavailable.detail());
        }
    }

    private static void assertDetail(String detail) {
        assertTrue(!detail.isBlank() && detail.length() <= 500, detail);
    }

    /** All at once, each on a virtual thread as in the pipeline. */
    private static List<HandlerResult> concurrently(int count, Callable<HandlerResult> work) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HandlerResult>> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                running.add(threads.submit(() -> {
                    go.await();
                    return work.call();
                }));
            }
            go.countDown();
            List<HandlerResult> results = new ArrayList<>();
            for (Future<HandlerResult> one : running) {
                results.add(one.get());
            }
            return results;
        }
    }

    private static String random() {
        return UUID.randomUUID().toString();
    }
}
