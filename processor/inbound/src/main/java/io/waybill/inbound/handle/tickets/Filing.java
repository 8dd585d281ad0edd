package io.waybill.inbound.handle.tickets;

import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.InboundMail;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * One mail's way into the database, within one transaction:
 *
 * <ol>
 *   <li>claim the job id; a job that has one already was done, and its result is given again
 *   <li>lock the conversation, so that two mails of it are not both the first
 *   <li>a mail whose content is here already is the same message
 *   <li>find the ticket it belongs to, or open one; a read receipt opens none
 *   <li>write the comment, its correspondents and citations, and the documents
 *   <li>link the ticket with what it has to do with, in other mailboxes as well
 *   <li>write what became of the job
 * </ol>
 */
final class Filing {
    private final Connection connection;
    private final InboundMail mail;
    private final HandlerContext job;
    private final SignedMarks marks;
    private final ProcessedMessages processed;
    private final Comments comments;
    private final Locks locks;

    Filing(Connection connection, InboundMail mail, HandlerContext job, SignedMarks marks) {
        this.connection = connection;
        this.mail = mail;
        this.job = job;
        this.marks = marks;
        this.processed = new ProcessedMessages(connection, mail, job);
        this.comments = new Comments(connection, mail, job);
        this.locks = new Locks(connection, mail, job);
    }

    HandlerResult file() throws SQLException, IOException {
        if (!processed.claim()) {
            return processed.answer();
        }
        Citations citations = Citations.of(mail);
        Classification classification = Classification.of(mail, job);
        locks.take(citations, classification);
        Optional<String> same = processed.sameMessage();
        if (same.isPresent()) {
            return processed.settleSame(same.get());
        }
        return switch (new Conversation(connection, mail, job, citations).place(marks)) {
            case Placement.Joins joins -> comment(joins.ticket(), classification, citations);
            case Placement.Opens _ when Classification.isMereReceipt(mail) -> processed.settleReceipt();
            case Placement.Opens opens -> open(opens.related(), classification, citations);
        };
    }

    private HandlerResult comment(long ticket, Classification classification, Citations citations)
            throws SQLException, IOException {
        return write("commented", comments.commentOn(ticket), List.of(), classification, citations);
    }

    private HandlerResult open(List<Long> related, Classification classification, Citations citations)
            throws SQLException, IOException {
        Optional<Long> last = classification.isAutomated()
                ? new LoopFuse(connection, job).blown(new Correspondents(mail))
                : Optional.empty();
        return last.isPresent()
                ? comment(last.get(), classification.fused(), citations)
                : write("created", comments.open(), related, classification, citations);
    }

    private HandlerResult write(
            String effect, TicketPlace ticket, List<Long> related, Classification classification, Citations citations)
            throws SQLException, IOException {
        long comment = comments.write(ticket, classification, citations);
        try (Documents documents = new Documents(connection, job, ticket.id(), comment)) {
            documents.write(mail);
        }
        TicketLinks links = new TicketLinks(connection, job, ticket.id());
        links.related(related);
        if (processed.isIdentifiable()) {
            locks.takeContentInTenant();
            links.sameMessage(mail.contentKey());
        }
        return processed.settle(effect, ticket, comment);
    }
}
