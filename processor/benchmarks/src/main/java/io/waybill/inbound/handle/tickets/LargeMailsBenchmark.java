package io.waybill.inbound.handle.tickets;

import io.waybill.contracts.Secrets;
import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.inbound.mime.MailParser;
import io.waybill.inbound.mime.MimeBounds;
import io.waybill.inbound.mime.ParseResult.Parsed;
import io.waybill.sandbox.EmbeddedDatabase;
import io.waybill.sources.ByteBudget;
import io.waybill.sources.MailSpool;
import io.waybill.sources.RawMail;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Large mails, all at once, in a heap that would hold a few of them: spooled, parsed and stored with the budgets of the process. Each
 * has the longest HTML that is read and one attachment for the rest. Run it with the heap of the processor, {@code -Xmx512m}.
 *
 * <pre>LargeMailsBenchmark [mails=50] [megabytes=100]</pre>
 */
public final class LargeMailsBenchmark {
    private static final String LINE =
            "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3\r\n";

    /** A piece of a download. */
    private static final int PIECE = 1 << 20;

    private final ByteBudget spooling = ByteBudget.ofProcess();
    private final ByteBudget parsing = ByteBudget.ofParser();
    private final AtomicInteger stored = new AtomicInteger();
    private final Path directory;
    private final long bytes;

    private LargeMailsBenchmark(Path directory, long bytes) {
        this.directory = directory;
        this.bytes = bytes;
    }

    public static void main(String[] arguments) throws Exception {
        int mails = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 50;
        long bytes = (arguments.length > 1 ? Long.parseLong(arguments[1]) : 100) * 1_000_000;
        new LargeMailsBenchmark(Files.createTempDirectory("waybill-benchmark"), bytes).run(mails);
    }

    private void run(int mails) throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.startScratch();
                TicketsHandler handler = new TicketsHandler(
                        new Secrets(Map.of("WAYBILL_SECRET_DB", database.password()), Path.of("none")))) {
            Map<String, String> settings = Map.of(
                    "database-url", database.jdbcUrl(),
                    "database-user", database.user(),
                    "database-password", "env:WAYBILL_SECRET_DB");
            handler.start(key -> Optional.ofNullable(settings.get(key)));
            long began = System.nanoTime();
            List<Future<?>> running = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < mails; i++) {
                    String id = "large-" + i;
                    running.add(threads.submit(() -> {
                        store(handler, id);
                        return null;
                    }));
                }
            }
            for (Future<?> one : running) {
                one.get();
            }
            System.out.printf(
                    "%d of %d mails of %,d bytes stored in %.0f s; heap: %,d MiB at its peak, of %,d MiB%n",
                    stored.get(),
                    mails,
                    bytes,
                    (System.nanoTime() - began) / 1e9,
                    peak() >> 20,
                    Runtime.getRuntime().maxMemory() >> 20);
        }
    }

    /** The sum of the peaks, which need not have been at the same time. */
    private static long peak() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }

    private void store(TicketsHandler handler, String id) throws Exception {
        try (RawMail raw = spooled(id);
                Parsed parsed = (Parsed) new MailParser(MimeBounds.DEFAULT, parsing, directory).parse(raw)) {
            Instant until = Instant.now().plus(Duration.ofHours(1));
            HandlerResult result = handler.handle(
                    parsed.mail(), new HandlerContext(id, "acme", id, "support@example.com", 0, 1, false, until));
            if (!(result instanceof HandlerResult.Done)) {
                throw new IllegalStateException("not stored: " + result);
            }
            stored.incrementAndGet();
        }
    }

    private RawMail spooled(String id) throws Exception {
        try (MailSpool spool = MailSpool.open(spooling, directory.resolve("spool"), bytes, PIECE)) {
            write(spool, """
                From: customer@example.org
                Message-ID: <%s@example.org>
                Content-Type: multipart/mixed; boundary=outer

                --outer
                Content-Type: text/html; charset=utf-8

                """.formatted(id).replace("\n", "\r\n"));
            write(spool, "世界".repeat((4 << 20) / 6));
            write(spool, """

                --outer
                Content-Type: application/pdf; name=large.pdf
                Content-Transfer-Encoding: base64

                """.replace("\n", "\r\n"));
            String piece = LINE.repeat(PIECE / LINE.length());
            while (spool.size() < bytes) {
                write(spool, piece);
            }
            write(spool, "\r\n--outer--\r\n");
            return spool.finish(Instant.now());
        }
    }

    private static void write(MailSpool spool, String text) throws Exception {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        spool.write(bytes, 0, bytes.length);
    }
}
