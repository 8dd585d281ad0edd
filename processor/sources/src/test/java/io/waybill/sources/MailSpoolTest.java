package io.waybill.sources;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class MailSpoolTest {
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    private final ByteBudget budget = new ByteBudget(4 * MIB, 8 * MIB);

    @TempDir
    Path directory;

    @Test
    void finish_smallMail_staysInMemoryAndKeepsOnlyItsOwnRoom() throws Exception {
        RawMail mail = spool(10 * KIB, 10 * KIB, 100 * KIB);
        assertEquals(10 * KIB, mail.size());
        assertEquals(10 * KIB, budget.memoryInUse());
        assertEquals(0, budget.diskInUse());
        assertFalse(Files.exists(directory.resolve("spool")));
        mail.close();
        mail.close();
        assertEquals(0, budget.memoryInUse());
    }

    @Test
    void finish_largeMail_isInAFileWithoutAName() throws Exception {
        RawMail mail = spool(2 * MIB, 2 * MIB, MIB);
        assertEquals(0, budget.memoryInUse());
        assertEquals(2 * MIB, budget.diskInUse());
        assertNoFileHasAName();
        mail.close();
        assertEquals(0, budget.diskInUse());
        assertThrows(IOException.class, () -> read(mail));
    }

    @Test
    void write_moreThanAnnounced_movesToAFileAndTakesTheRoom() throws Exception {
        RawMail mail = spool(100, 3 * MIB, 100);
        assertTrue(budget.diskInUse() >= 3 * MIB, "in use: " + budget.diskInUse());
        assertTrue(budget.diskInUse() < 5 * MIB, "in use: " + budget.diskInUse());
        mail.close();
        assertEquals(0, budget.diskInUse());
        assertEquals(0, budget.memoryInUse());
    }

    @Test
    @Timeout(20)
    void write_allMailsTurnOutLargerInAFullBudget_eachIsReadToItsEnd() throws Exception {
        CountDownLatch full = new CountDownLatch(4);
        List<Future<Long>> sizes = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 4; i++) {
                sizes.add(threads.submit(() -> {
                    try (MailSpool spool = MailSpool.open(budget, directory.resolve("spool"), 2 * MIB, KIB)) {
                        full.countDown();
                        full.await();
                        byte[] piece = new byte[MIB];
                        for (int written = 0; written < 5; written++) {
                            spool.write(piece, 0, piece.length);
                        }
                        try (RawMail mail = spool.finish(Instant.EPOCH)) {
                            return mail.size();
                        }
                    }
                }));
            }
        }
        for (Future<Long> size : sizes) {
            assertEquals(5 * MIB, size.get());
        }
        assertEquals(0, budget.diskInUse());
        assertEquals(0, budget.memoryInUse());
    }

    @Test
    void close_unfinished_givesEverythingBack() throws Exception {
        MailSpool spool = MailSpool.open(budget, directory.resolve("spool"), 2 * MIB, MIB);
        spool.write(new byte[KIB], 0, KIB);
        spool.close();
        assertEquals(0, budget.memoryInUse());
        assertEquals(0, budget.diskInUse());
        assertNoFileHasAName();
    }

    @Test
    void open_mailLargerThanTheWholeBudget_isRefusedAtOnce() {
        assertThrows(
                MailSpool.NoRoomEver.class, () -> MailSpool.open(budget, directory.resolve("spool"), 9 * MIB, KIB));
        assertEquals(0, budget.diskInUse());
    }

    @Test
    void memory_whenTaken_waitsForItsTurnAndCanBeInterrupted() throws Exception {
        ByteBudget.Reservation all = budget.memory(4 * MIB);
        CountDownLatch got = new CountDownLatch(1);
        Thread waiting = Thread.ofVirtual().start(() -> {
            try (ByteBudget.Reservation _ = budget.memory(KIB)) {
                got.countDown();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        Thread leaving =
                Thread.ofVirtual().start(() -> assertThrows(InterruptedException.class, () -> budget.memory(KIB)));
        leaving.interrupt();
        assertTrue(leaving.join(Duration.ofSeconds(5)));
        assertEquals(1, got.getCount());
        all.close();
        assertTrue(got.await(5, TimeUnit.SECONDS));
        assertTrue(waiting.join(Duration.ofSeconds(5)));
        assertEquals(0, budget.memoryInUse());
        assertNull(budget.memory(5 * MIB));
    }

    private RawMail spool(long announced, int real, long window) throws Exception {
        byte[] bytes = new byte[real];
        for (int i = 0; i < real; i++) {
            bytes[i] = (byte) (i * 31);
        }
        try (MailSpool spool = MailSpool.open(budget, directory.resolve("spool"), announced, window)) {
            for (int from = 0; from < real; from += 100 * KIB) {
                spool.write(bytes, from, Math.min(100 * KIB, real - from));
            }
            RawMail mail = spool.finish(Instant.EPOCH);
            assertArrayEquals(bytes, read(mail));
            assertTrue(Arrays.equals(bytes, read(mail)), "may be opened again");
            return mail;
        }
    }

    private static byte[] read(RawMail mail) throws IOException {
        try (InputStream in = mail.open()) {
            return in.readAllBytes();
        }
    }

    private void assertNoFileHasAName() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("spool"))) {
            assertEquals(0, files.count());
        }
    }
}
