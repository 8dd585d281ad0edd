package io.waybill.inbound.handle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.HandlerSettings;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailHandler;
import io.waybill.handler.jars.HandlerConfigurationException;
import io.waybill.handler.jars.TestJar;
import io.waybill.inbound.handle.tickets.TicketsHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandlersTest {
    private static final HandlerSettings NONE = _ -> Optional.empty();

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @Test
    void start_oursAndAFolder_findsBoth() throws IOException {
        TestJar.handler(folder.resolve("crm.jar"), "Crm", TestJar.named("crm"));
        try (Handlers handlers = Handlers.start(List.of(new TicketsHandler()), Optional.of(folder), _ -> NONE)) {
            assertEquals(List.of("crm", "tickets"), List.copyOf(handlers.names()));
            assertTrue(handlers.find("crm").isPresent());
            assertEquals(Optional.empty(), handlers.find("unknown"));
        }
    }

    @Test
    void start_jarWithTheNameOfOurs_isRefused() throws IOException {
        TestJar.handler(folder.resolve("crm.jar"), "Crm", TestJar.named("one"));
        HandlerConfigurationException refused = assertThrows(
                HandlerConfigurationException.class,
                () -> Handlers.start(List.of(new One("one")), Optional.of(folder), _ -> NONE));
        assertTrue(refused.getMessage().contains("two handlers have the name one: "), refused.getMessage());
        assertTrue(refused.getMessage().contains("com.acme.Crm (crm.jar)"), refused.getMessage());
    }

    @Test
    void start_jarThatFails_namesHandlerJarAndCause_andClosesTheOthers() throws IOException {
        One good = new One("good");
        TestJar.handler(
                folder.resolve("crm.jar"),
                "Crm",
                "public void start(HandlerSettings settings) { throw new IllegalStateException(\"set the URL\"); }"
                        + TestJar.named("crm"));
        assertEquals(
                "the handler crm (crm.jar) did not start: set the URL",
                assertThrows(
                                HandlerConfigurationException.class,
                                () -> Handlers.start(List.of(good), Optional.of(folder), _ -> NONE))
                        .getMessage());
        assertTrue(good.closed);
    }

    @Test
    void start_errorOfOne_isToldLikeAnException() throws IOException {
        TestJar.handler(
                folder.resolve("crm.jar"),
                "Crm",
                "public void start(HandlerSettings settings) { throw new NoClassDefFoundError(\"words/Words\"); }"
                        + TestJar.named("crm"));
        HandlerConfigurationException refused = assertThrows(
                HandlerConfigurationException.class, () -> Handlers.start(List.of(), Optional.of(folder), _ -> NONE));
        assertEquals("the handler crm (crm.jar) did not start: words/Words", refused.getMessage());
    }

    @Test
    void start_oneHangs_isGivenUpAndNamed() {
        CountDownLatch never = new CountDownLatch(1);
        One hanging = new One("hanging") {
            @Override
            public void start(HandlerSettings given) {
                await(never);
            }
        };
        HandlerConfigurationException refused = assertThrows(
                HandlerConfigurationException.class,
                () -> Handlers.start(List.of(hanging), Optional.empty(), _ -> NONE, Duration.ofMillis(50)));
        assertTrue(refused.getMessage().contains("hanging did not start within"), refused.getMessage());
        never.countDown();
    }

    @Test
    void close_oneHangs_closesTheOthers() {
        CountDownLatch never = new CountDownLatch(1);
        One hanging = new One("a-hanging") {
            @Override
            public void close() {
                await(never);
            }
        };
        One good = new One("good");
        Handlers handlers = start(hanging, good);
        assertTimeoutPreemptively(SOON, handlers::close);
        assertTrue(good.closed);
        never.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static Handlers start(One... handlers) {
        return Handlers.start(List.of(handlers), Optional.empty(), _ -> NONE);
    }

    @Test
    void start_givesEachItsSettings() {
        One one = new One("one");
        try (Handlers handlers =
                Handlers.start(List.of(one), Optional.empty(), name -> key -> Optional.of(name + "." + key))) {
            assertEquals("one.url", one.settings.get("url").orElseThrow());
            assertSame(one, handlers.find("one").orElseThrow().handler());
            assertEquals(Set.of("one"), handlers.names());
        }
        assertTrue(one.closed);
    }

    @Test
    void start_twoOfOneName_namesBothClasses() {
        HandlerConfigurationException refused =
                assertThrows(HandlerConfigurationException.class, () -> start(new One("same"), new Other("same")));
        assertTrue(refused.getMessage().contains(One.class.getName()), refused.getMessage());
        assertTrue(refused.getMessage().contains(Other.class.getName()), refused.getMessage());
    }

    @Test
    void start_badName_isRefused() {
        for (String name : new String[] {"", "Upper", "with space", "x".repeat(41), "-", null}) {
            assertThrows(HandlerConfigurationException.class, () -> start(new One(name)));
        }
    }

    @Test
    void start_oneFails_closesTheOthersAndNamesIt() {
        One good = new One("good");
        HandlerConfigurationException refused =
                assertThrows(HandlerConfigurationException.class, () -> start(good, new Other("bad")));
        assertTrue(refused.getMessage().startsWith("the handler bad did not start"), refused.getMessage());
        assertTrue(good.closed);
    }

    @Test
    void close_oneFails_closesTheOthers() {
        List<One> all = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            all.add(new One(name));
        }
        all.get(1).failsToClose = true;
        Handlers.start(all, Optional.empty(), _ -> NONE).close();
        assertTrue(all.stream().allMatch(one -> one.closed));
    }

    private static class One implements MailHandler {
        private final String name;
        private volatile HandlerSettings settings;
        private boolean failsToClose;
        volatile boolean closed;

        One(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void start(HandlerSettings given) {
            settings = given;
        }

        @Override
        public HandlerResult handle(InboundMail mail, HandlerContext context) {
            return HandlerResult.done("nothing", "");
        }

        @Override
        public void close() {
            closed = true;
            if (failsToClose) {
                throw new IllegalStateException("will not");
            }
        }
    }

    private static final class Other extends One {
        Other(String name) {
            super(name);
        }

        @Override
        public void start(HandlerSettings given) {
            throw new IllegalStateException("no");
        }
    }
}
