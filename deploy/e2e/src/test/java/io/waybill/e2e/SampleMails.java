package io.waybill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Three mails of {@code deploy/samples}, and what must become of them: a ticket with a reply, and one with two documents. */
final class SampleMails {
    private static final Path FOLDER = Path.of("..", "samples");

    private SampleMails() {}

    /** In their order: a reply finds its ticket if that is there. */
    static List<byte[]> all() throws IOException {
        List<byte[]> all = new ArrayList<>();
        for (String name : List.of("plain.eml", "reply.eml", "attachments.eml")) {
            all.add(Files.readAllBytes(FOLDER.resolve(name)));
        }
        return all;
    }

    /** Throws AssertionError where a tenant who got them, and nothing else, has anything else of them. */
    static void assertFiled(Ground ground, String tenant) throws SQLException {
        assertEquals(2, ground.tickets(tenant));
        assertEquals(3, ground.count("select count(*) from ticket_thread where tenant = ?", tenant));
        assertEquals(
                1,
                ground.count(
                        "select count(*) from ticket_overview where tenant = ?"
                                + " and subject = 'The label printer prints blank labels' and comments = 2",
                        tenant));
        assertEquals(
                2,
                ground.count(
                        "select documents from ticket_overview where tenant = ?"
                                + " and requester = 'lecture-halls@university.example'",
                        tenant));
    }
}
