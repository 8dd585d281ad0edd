package io.waybill.inbound.handle.tickets;

import io.waybill.handler.MailHandler;
import io.waybill.handler.testing.MailHandlerContract;
import io.waybill.handler.testing.SampleMail;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class TicketsContractIT implements MailHandlerContract {
    private static TicketsFixture tickets;

    @BeforeAll
    static void start() throws SQLException, InterruptedException {
        tickets = new TicketsFixture();
        // Makes the tables, so that effects can be counted.
        tickets.handle(SampleMail.of("first"), "first");
    }

    @AfterAll
    static void stop() {
        tickets.close();
    }

    @Override
    public MailHandler handler() {
        return tickets.handler();
    }

    @Override
    public long effects() throws SQLException {
        return tickets.count("comment");
    }
}
