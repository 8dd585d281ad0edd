package io.waybill.sources.imap;

import static io.waybill.contracts.FailureCode.MESSAGE_TOO_LARGE;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.Stage;
import io.waybill.sources.ByteBudget;
import io.waybill.sources.FetchResult;
import io.waybill.sources.MailSpool;
import io.waybill.sources.Waiting;
import io.waybill.sources.imap.ImapSession.Described;
import io.waybill.sources.imap.ImapSession.Examined;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.eclipse.angus.mail.iap.ByteArray;

/**
 * Reads one message over one connection: is this still the folder that the pointer means, is the message there, is it small enough;
 * then its bytes, piece by piece.
 *
 * @param chunkBytes size of a piece
 */
record ImapFetch(ByteBudget budget, Path spoolDirectory, int chunkBytes) {
    /** What the parser keeps in memory beside the piece itself. */
    private static final long ANSWER_OVERHEAD = 16 * 1024;

    FetchResult read(ImapSession session, ImapPointer pointer, long maxBytes, Waiting waiting)
            throws ImapException, InterruptedException {
        Examined folder = session.examine(pointer.folder());
        if (folder.uidValidity() != pointer.uidValidity()) {
            return new FetchResult.NotFound("UIDVALIDITY of " + pointer.folder() + " is " + folder.uidValidity()
                    + ", pointer says " + pointer.uidValidity());
        }
        FetchResult read = readOpen(
                session,
                pointer.uid(),
                pointer.folder() + " of UIDVALIDITY " + pointer.uidValidity(),
                maxBytes,
                waiting);
        return read instanceof FetchResult.NotFound && folder.uidNext() > 0 && pointer.uid() >= folder.uidNext()
                ? notThereYet(pointer, folder)
                : read;
    }

    /** Whoever announced it has seen more than this server yet: one of several, say, that follow each other. */
    private static FetchResult notThereYet(ImapPointer pointer, Examined folder) {
        return new FetchResult.Failed(Failure.of(
                FailureCode.SOURCE_ERROR,
                Stage.FETCH,
                "not there yet: the next message in " + pointer.folder() + " gets UID " + folder.uidNext()
                        + ", pointer says " + pointer.uid()));
    }

    /** Reads a message of the folder that is open. */
    FetchResult readOpen(ImapSession session, long uid, String where, long maxBytes, Waiting waiting)
            throws ImapException, InterruptedException {
        Described message = session.describe(List.of(uid)).get(uid);
        if (message == null) {
            return notThere(uid, where);
        }
        if (message.size() > maxBytes) {
            return tooLarge("the message has " + message.size() + " bytes, the mailbox allows " + maxBytes);
        }
        waiting.on("room for a message of " + message.size() + " bytes");
        try (MailSpool spool = MailSpool.open(
                budget, spoolDirectory, message.size(), Math.min(message.size(), chunkBytes) + ANSWER_OVERHEAD)) {
            waiting.on(Waiting.ANSWER);
            return download(session, message, maxBytes, spool)
                    ? new FetchResult.Fetched(spool.finish(message.internalDate()))
                    : notThere(uid, where);
        } catch (MailSpool.NoRoomEver never) {
            return tooLarge(
                    "the message has " + message.size() + " bytes, more than all mail in work may have together");
        } catch (TooLarge lie) {
            return tooLarge(
                    "the message has more bytes than the server said, and than the mailbox allows: " + maxBytes);
        } catch (IOException disk) {
            throw new ImapException(
                    FailureCode.SOURCE_ERROR,
                    "the message could not be kept in a temporary file ("
                            + disk.getClass().getSimpleName() + ")");
        }
    }

    /** Whether the message was there. */
    private boolean download(ImapSession session, Described message, long maxBytes, MailSpool spool)
            throws ImapException, InterruptedException, IOException, TooLarge {
        // Small ones at once: it saves a round trip, and some servers count wrong in pieces.
        boolean whole = message.size() <= chunkBytes;
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            long before = spool.size();
            Optional<ByteArray> answer = piece(session, message.uid(), whole ? -1 : before, maxBytes);
            if (answer.isEmpty()) {
                return false;
            }
            int length = answer.get().getCount();
            if (before + length > maxBytes) {
                throw new TooLarge();
            }
            if (before > 0 && length > chunkBytes) {
                throw ServerAnswers.error("the server sent a longer piece of the message than the one asked for");
            }
            spool.write(answer.get().getBytes(), answer.get().getStart(), length);
            if (spool.size() == 0 && message.size() > 0) {
                throw ServerAnswers.error("the server sent nothing for a message of " + message.size() + " bytes");
            }
            // A short piece is the last one, unless it ends before the size that the server gave: then one more look
            // decides. A first
            // piece that is longer than asked for is the whole, from a server that knows no pieces.
            boolean last =
                    length == 0 || length > chunkBytes || (length < chunkBytes && spool.size() >= message.size());
            if (whole || last) {
                return true;
            }
        }
    }

    private Optional<ByteArray> piece(ImapSession session, long uid, long offset, long maxBytes)
            throws ImapException, TooLarge {
        try {
            // Twice as much as asked for: servers estimate sizes.
            return session.read(uid, offset, chunkBytes, 2L * chunkBytes);
        } catch (AnswerBeyondBounds beyond) {
            if (beyond.bytes() > maxBytes) {
                throw new TooLarge();
            }
            throw beyond;
        }
    }

    private static FetchResult notThere(long uid, String where) {
        return new FetchResult.NotFound("there is no UID " + uid + " in " + where);
    }

    private static FetchResult tooLarge(String detail) {
        return new FetchResult.Failed(Failure.of(MESSAGE_TOO_LARGE, Stage.FETCH, detail));
    }

    private static final class TooLarge extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
