package io.waybill.inbound.handle.tickets;

import io.waybill.contracts.Secrets;
import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.inbound.mime.MailParser;
import io.waybill.inbound.mime.ParseResult;
import io.waybill.inbound.mime.ParseResult.Parsed;
import io.waybill.sandbox.EmbeddedDatabase;
import io.waybill.sources.ByteBudget;
import io.waybill.sources.MailSpool;
import io.waybill.sources.RawMail;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What becomes of a mail after it was fetched: spooled, parsed and stored as a ticket with its documents, in a real PostgreSQL that
 * flushes each commit to disk. The handler and its pool are as they are by default.
 *
 * <pre>ParseAndStoreBenchmark [mails=20000] [permits=64] [kilobytes=20]</pre>
 */
public final class ParseAndStoreBenchmark {
    private static final int MAILBOXES = 200;

    /** Until the compilers are done: before, the machine's cores are theirs. */
    private static final int WARM_UP = 10_000;

    private final int permits;
    private final Path directory;
    private final ByteBudget budget = ByteBudget.ofProcess();
    private final MailParser parser = new MailParser();
    private final String template;

    private ParseAndStoreBenchmark(int permits, int bytes, Path directory) {
        this.permits = permits;
        this.directory = directory;
        this.template = template(bytes);
    }

    public static void main(String[] arguments) throws Exception {
        int mails = number(arguments, 0, 20_000);
        Path directory = Files.createTempDirectory("waybill-benchmark");
        new ParseAndStoreBenchmark(number(arguments, 1, 64), number(arguments, 2, 20) * 1000, directory).run(mails);
    }

    private static int number(String[] arguments, int index, int otherwise) {
        return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
    }

    private void run(int mails) throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory.resolve("postgres"), 0);
                TicketsHandler handler = handler(database)) {
            store(handler, WARM_UP);
            Duration cpu = cpu();
            Duration ofDatabase = cpuOfDatabase();
            long began = System.nanoTime();
            store(handler, mails);
            double seconds = (System.nanoTime() - began) / 1e9;
            System.out.printf(
                    "%,d mails of %,d bytes, %d permits: %,.0f mails/s; CPU s per 1,000 mails: %.2f in this JVM, %.2f"
                            + " in PostgreSQL%n",
                    mails,
                    mail("").length,
                    permits,
                    mails / seconds,
                    perThousand(cpu().minus(cpu), mails),
                    perThousand(cpuOfDatabase().minus(ofDatabase), mails));
        }
    }

    private static double perThousand(Duration spent, int mails) {
        return spent.toMillis() / (double) mails;
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }

    /** Its processes are children of this one, and its connections stay open from the warm-up on. */
    private static Duration cpuOfDatabase() {
        return ProcessHandle.current()
                .descendants()
                .flatMap(process -> process.info().totalCpuDuration().stream())
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static TicketsHandler handler(EmbeddedDatabase database) {
        TicketsHandler handler =
                new TicketsHandler(new Secrets(Map.of("WAYBILL_SECRET_DB", database.password()), Path.of("none")));
        Map<String, String> settings = Map.of(
                "database-url", database.jdbcUrl(),
                "database-user", database.user(),
                "database-password", "env:WAYBILL_SECRET_DB");
        handler.start(key -> Optional.ofNullable(settings.get(key)));
        return handler;
    }

    private void store(TicketsHandler handler, int mails) throws Exception {
        Semaphore free = new Semaphore(permits);
        CountDownLatch done = new CountDownLatch(mails);
        AtomicReference<Exception> failure = new AtomicReference<>();
        for (int i = 0; i < mails; i++) {
            String mailbox = "box" + i % MAILBOXES;
            free.acquire();
            Thread.ofVirtual().start(() -> {
                try {
                    storeOne(handler, mailbox);
                } catch (Exception failed) {
                    failure.set(failed);
                } finally {
                    free.release();
                    done.countDown();
                }
            });
        }
        done.await();
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    private void storeOne(TicketsHandler handler, String mailbox) throws Exception {
        String id = UUID.randomUUID().toString();
        try (RawMail raw = spooled(mail(id));
                Parsed parsed = parsed(raw)) {
            HandlerResult result = handler.handle(parsed.mail(), job(mailbox, id));
            if (!(result instanceof HandlerResult.Done)) {
                throw new IllegalStateException("not stored: " + result);
            }
        }
    }

    private RawMail spooled(byte[] mail) throws Exception {
        try (MailSpool spool = MailSpool.open(budget, directory.resolve("spool"), mail.length, 0)) {
            spool.write(mail, 0, mail.length);
            return spool.finish(Instant.now());
        }
    }

    private Parsed parsed(RawMail raw) throws Exception {
        return switch (parser.parse(raw)) {
            case Parsed parsed -> parsed;
            case ParseResult.Refused refused -> throw new IllegalStateException(refused.detail());
        };
    }

    private static HandlerContext job(String mailbox, String id) {
        Instant until = Instant.now().plus(Duration.ofMinutes(2));
        return new HandlerContext(id, "acme", mailbox, mailbox + "@example.com", 0, 1, false, until);
    }

    private byte[] mail(String id) {
        return template.replace("$ID", id).getBytes(StandardCharsets.UTF_8);
    }

    /** Text and HTML alternatives and one document, from one of many customers, citing a mail that is not there. */
    private static String template(int bytes) {
        // About two thirds of the mail, as base64; the rest is text, twice.
        byte[] content = new byte[bytes / 2];
        new Random(1).nextBytes(content);
        String line = "Dear support, the printer in room 101 is on fire again, and nobody knows why.\n";
        String text = line.repeat(bytes / 8 / line.length());
        return """
            Received: from a.example.com by b.example.com; Wed, 4 Mar 2026 05:06:07 +0000
            From: =?utf-8?q?J=C3=B6rg?= <customer.$ID@example.org>
            To: Support <support@example.com>, second@example.com
            Cc: boss@example.org
            Subject: =?utf-8?q?Printer_on_fire_=F0=9F=94=A5?=
            Date: Wed, 4 Mar 2026 06:05:04 +0100
            Message-ID: <$ID@example.org>
            In-Reply-To: <before.$ID@example.com>
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=outer

            --outer
            Content-Type: multipart/alternative; boundary=inner

            --inner
            Content-Type: text/plain; charset=utf-8

            %s
            --inner
            Content-Type: text/html; charset=utf-8

            <p>%s</p>
            --inner--
            --outer
            Content-Type: application/pdf
            Content-Disposition: attachment; filename=form.pdf
            Content-Transfer-Encoding: base64

            %s
            --outer--
            """.formatted(text, text, Base64.getMimeEncoder().encodeToString(content))
                .replaceAll("\r?\n", "\r\n");
    }
}
