package io.waybill.ingress.microsoft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.Mailbox;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What an operator may read. */
final class LogTest {
    @Test
    @DisplayName("A21 m enqueue is logged with tenant, mailbox and ids; no secret is, and nothing of what was refused")
    void receive_logs(@TempDir Path secrets) {
        Mailbox mailbox = Ingress.mailbox("acme", "support");
        Ingress.write(secrets, "install.key", Ingress.INSTALL_KEY);
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        Logger root = context.getLogger("ROOT");
        Logger jobs = context.getLogger("waybill.jobs");
        Logger ours = context.getLogger("io.waybill");
        Logger server = context.getLogger("io.micronaut.http.server");
        try (Ingress ingress = Ingress.inMemory(secrets, Map.of())) {
            logged.start();
            root.addAppender(logged);
            List.of(jobs, ours, server).forEach(logger -> logger.setLevel(Level.INFO));
            ingress.bean(InMemoryMailboxDirectory.class).put(mailbox);
            Graph graph = ingress.graph();

            graph.notify(mailbox, Graph.created(mailbox, "AAMkGOOD="));
            graph.notify(mailbox, Graph.created("quokka", Ingress.DIRECTORY, "AAMkquokka="));
            graph.notify(mailbox, Graph.created(Ingress.clientState(mailbox), Ingress.DIRECTORY, "quokka/../quokka"));
            graph.post("/microsoft/notifications?k=quokka", "application/json", Graph.collection("{\"quokka\":1}"));
            graph.post(Graph.notifications(mailbox), "application/json", "{quokka");
            graph.post(Graph.notifications(mailbox), "quokka", "quokka");
            graph.post(Graph.notifications(mailbox) + "&validationToken=quokka", "text/plain", "");
            graph.get("/microsoft/quokka");
        } finally {
            root.detachAppender(logged);
            List.of(jobs, ours, server).forEach(logger -> logger.setLevel(null));
        }
        List<String> lines = logged.list.stream()
                .map(event -> event.getFormattedMessage() + " " + event.getKeyValuePairs())
                .toList();
        assertEquals(
                1, lines.stream().filter(line -> line.startsWith("enqueue ")).count(), lines.toString());
        String enqueue = lines.stream()
                .filter(line -> line.startsWith("enqueue "))
                .findFirst()
                .orElseThrow();
        for (String part :
                List.of("\"acme\"", "\"support\"", "\"microsoft\"", "\"AAMkGOOD=\"", "\"microsoft-ingress\"")) {
            assertTrue(enqueue.contains(part), enqueue);
        }
        assertFalse(lines.toString().contains(Ingress.clientState(mailbox)));
        assertFalse(lines.toString().contains("quokka"), lines.toString());
    }
}
