package io.waybill.sources.graph;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.MicrosoftPointer;
import io.waybill.contracts.Stage;
import io.waybill.sources.ByteBudget;
import io.waybill.sources.FetchResult;
import io.waybill.sources.MailSpool;
import io.waybill.sources.Waiting;
import io.waybill.sources.http.ApiException;
import io.waybill.sources.http.Call;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads one message as it was sent, piece by piece under the byte budget. */
final class GraphFetch {
    private static final int PIECE = 64 << 10;

    private final GraphClient client;
    private final ByteBudget budget;
    private final Path spoolDirectory;
    private final Clock clock;

    GraphFetch(GraphClient client, ByteBudget budget, Path spoolDirectory, Clock clock) {
        this.client = client;
        this.budget = budget;
        this.spoolDirectory = spoolDirectory;
        this.clock = clock;
    }

    /** Throws {@code NOT_FOUND} where it is not there. */
    FetchResult read(Mailbox mailbox, MicrosoftAccount account, MicrosoftPointer pointer, Waiting waiting)
            throws ApiException, InterruptedException {
        String message = path(account, pointer);
        waiting.on(Waiting.ANSWER);
        // When it came is in no header that can be trusted.
        JsonNode head =
                client.get(mailbox, account, message + "?$select=id,receivedDateTime,isDraft", GraphClient.IMMUTABLE);
        if (head.path("isDraft").asBoolean()) {
            return new FetchResult.NotFound("it is a draft that nobody has sent");
        }
        Optional<Instant> received = GraphListing.received(head);
        // An old message that is moved into the folder is announced as one that came.
        if (received.filter(time -> GraphListing.isBeforeSince(mailbox, time)).isPresent()) {
            return new FetchResult.NotFound(FetchResult.NotFound.BEFORE_SINCE);
        }
        Instant receivedAt = received.orElseGet(clock::instant);
        return client.get(
                mailbox,
                account,
                message + "/$value",
                GraphClient.IMMUTABLE,
                response -> spool(response, mailbox.limits().maxMessageBytes(), receivedAt, waiting));
    }

    static String path(MicrosoftAccount account, MicrosoftPointer pointer) {
        return "users/" + Call.step(account.userId()) + "/messages/" + Call.step(pointer.messageId());
    }

    private FetchResult spool(HttpResponse<InputStream> response, long maxBytes, Instant receivedAt, Waiting waiting)
            throws IOException, ApiException, InterruptedException {
        // Graph mostly does not say how long it is.
        OptionalLong said = response.headers().firstValueAsLong("Content-Length");
        if (said.orElse(0) > maxBytes) {
            return tooLarge("the message has " + said.getAsLong() + " bytes, the mailbox allows " + maxBytes);
        }
        waiting.on("room for the message");
        try (MailSpool spool = MailSpool.open(budget, spoolDirectory, said.orElse(PIECE), PIECE)) {
            waiting.on(Waiting.ANSWER);
            byte[] piece = new byte[PIECE];
            InputStream body = response.body();
            for (int read = body.read(piece); read >= 0; read = body.read(piece)) {
                if (spool.size() + read > maxBytes) {
                    return tooLarge("the message has more bytes than the mailbox allows: " + maxBytes);
                }
                keep(spool, piece, read);
            }
            if (spool.size() == 0) {
                throw new ApiException(FailureCode.SOURCE_ERROR, "Graph answered an empty message");
            }
            return new FetchResult.Fetched(spool.finish(receivedAt));
        } catch (MailSpool.NoRoomEver never) {
            return tooLarge(
                    "the message has " + said.getAsLong() + " bytes, more than all mail in work may have together");
        }
    }

    /** A disk that fails is not Graph's failure. */
    private static void keep(MailSpool spool, byte[] piece, int length) throws ApiException, InterruptedException {
        try {
            spool.write(piece, 0, length);
        } catch (IOException disk) {
            throw new ApiException(
                    FailureCode.SOURCE_ERROR,
                    "the message could not be kept in a temporary file ("
                            + disk.getClass().getSimpleName() + ")");
        }
    }

    private static FetchResult tooLarge(String detail) {
        return new FetchResult.Failed(Failure.of(FailureCode.MESSAGE_TOO_LARGE, Stage.FETCH, detail));
    }
}
