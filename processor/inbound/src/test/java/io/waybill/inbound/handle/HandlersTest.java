package io.waybill.inbound.handle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.HandlerSettings;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HandlersTest {
    private static final HandlerSettings NONE = _ -> Optional.empty();

    @Test
    void start_classPath_findsTickets() {
        try (Handlers handlers = Handlers.start(getClass().getClassLoader(), _ -> NONE)) {
            assertTrue(handlers.names().contains("tickets"));
            assertEquals("tickets", handlers.find("tickets").orElseThrow().name());
            assertEquals(Optional.empty(), handlers.find("unknown"));
        }
    }

    @Test
    void start_givesEachItsSettings() {
        One one = new One("one");
        try (Handlers handlers = Handlers.start(List.of(one), name -> key -> Optional.of(name + "." + key))) {
            assertEquals("one.url", one.settings.get("url").orElseThrow());
            assertSame(one, handlers.find("one").orElseThrow());
            assertEquals(Set.of("one"), handlers.names());
        }
        assertTrue(one.closed);
    }

    @Test
    void start_twoOfOneName_namesBothClasses() {
        HandlerConfigurationException refused = assertThrows(
                HandlerConfigurationException.class,
                () -> Handlers.start(List.of(new One("same"), new Other("same")), _ -> NONE));
        assertTrue(refused.getMessage().contains(One.class.getName()), refused.getMessage());
        assertTrue(refused.getMessage().contains(Other.class.getName()), refused.getMessage());
    }

    @Test
    void start_badName_isRefused() {
        for (String name : new String[] {"", "Upper", "with space", "x".repeat(41), "-", null}) {
            assertThrows(HandlerConfigurationException.class, () -> Handlers.start(List.of(new One(name)), _ -> NONE));
        }
    }

    @Test
    void start_oneFails_closesTheOthersAndNamesIt() {
        One good = new One("good");
        HandlerConfigurationException refused = assertThrows(
                HandlerConfigurationException.class, () -> Handlers.start(List.of(good, new Other("bad")), _ -> NONE));
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
        Handlers.start(List.copyOf(all), _ -> NONE).close();
        assertTrue(all.stream().allMatch(one -> one.closed));
    }

    private static class One implements MailHandler {
        private final String name;
        private HandlerSettings settings;
        private boolean failsToClose;
        private boolean closed;

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
