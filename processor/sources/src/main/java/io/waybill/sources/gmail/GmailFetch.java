package io.waybill.sources.gmail;

import com.fasterxml.jackson.core.Base64Variant;
import com.fasterxml.jackson.core.Base64Variant.PaddingReadBehaviour;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.GooglePointer;
import io.waybill.contracts.Json;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.Stage;
import io.waybill.sources.ByteBudget;
import io.waybill.sources.FetchResult;
import io.waybill.sources.MailSpool;
import io.waybill.sources.Waiting;
import io.waybill.sources.gmail.GmailQuota.Costs;
import io.waybill.sources.http.ApiException;
import io.waybill.sources.http.Call;
import io.waybill.sources.http.JsonAnswers;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Reads one message as it was sent. Gmail gives it as Base64 in a JSON object; the object is read as it comes in, and the message decoded
 * piece by piece under the byte budget.
 */
final class GmailFetch {
    /** Without the snippet, which is content: nobody needs it. */
    private static final String RAW = "?format=raw&fields=labelIds,internalDate,sizeEstimate,raw";

    /** What the parser keeps in memory, and what is expected of a message where Gmail does not say. */
    private static final int PIECE = 64 << 10;

    /** The longest text beside the message, which is never held as one. */
    private static final int MAX_TEXT = 16 << 10;

    private static final ObjectMapper MAPPER = Json.mapper(16, MAX_TEXT);

    /** RFC 4648, 5; padded or not. */
    private static final Base64Variant BASE64 = new Base64Variant(
                    "base64url",
                    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
                    true,
                    '=',
                    Integer.MAX_VALUE)
            .withReadPadding(PaddingReadBehaviour.PADDING_ALLOWED);

    /**
     * Labels of what is no mail to this mailbox; they never change. SPAM and TRASH are not among them: the message was in the inbox when it
     * was listed, and what becomes of it must not depend on whether somebody tidied up before we came.
     */
    private static final Map<String, String> NO_MAIL = Map.of(
            "DRAFT", "it is a draft that nobody has sent",
            "CHAT", "it is a chat message",
            "SENT", "it was sent from this mailbox");

    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    private final GmailClient client;
    private final ByteBudget budget;
    private final Path spoolDirectory;
    private final Clock clock;

    GmailFetch(GmailClient client, ByteBudget budget, Path spoolDirectory, Clock clock) {
        this.client = client;
        this.budget = budget;
        this.spoolDirectory = spoolDirectory;
        this.clock = clock;
    }

    /** Throws {@code NOT_FOUND} where it is not there. */
    FetchResult read(Mailbox mailbox, GoogleAccount account, GooglePointer pointer, Instant until, Waiting waiting)
            throws ApiException, InterruptedException {
        waiting.on(Waiting.ANSWER);
        return client.call(
                mailbox,
                account,
                Costs::messageGet,
                Call.get("users/me/messages/" + pointer.messageId() + RAW),
                until,
                response -> {
                    try (Message message = new Message(mailbox, waiting)) {
                        return message.read(response.body());
                    }
                });
    }

    /** One answer: its fields come in any order. */
    private final class Message implements AutoCloseable {
        private final Mailbox mailbox;
        private final Waiting waiting;
        private Optional<String> noMail = Optional.empty();
        private Optional<Instant> came = Optional.empty();
        private long expected = PIECE;
        private MailSpool spool;

        Message(Mailbox mailbox, Waiting waiting) {
            this.mailbox = mailbox;
            this.waiting = waiting;
        }

        FetchResult read(InputStream body) throws ApiException, IOException, InterruptedException {
            try (JsonParser json = MAPPER.createParser(body)) {
                if (json.nextToken() != JsonToken.START_OBJECT) {
                    throw new ApiException(FailureCode.SOURCE_ERROR, "Gmail answered something else than a message");
                }
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    field(json);
                    if (noMail.isPresent()) {
                        return new FetchResult.NotFound(noMail.get());
                    }
                }
            } catch (Ended ended) {
                return ended.result;
            } catch (JsonProcessingException unreadable) {
                throw JsonAnswers.unreadable("Gmail", unreadable);
            }
            if (spool == null || spool.size() == 0) {
                throw new ApiException(FailureCode.SOURCE_ERROR, "Gmail answered an empty message");
            }
            return new FetchResult.Fetched(spool.finish(came.orElseGet(clock::instant)));
        }

        private void field(JsonParser json) throws IOException, InterruptedException {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "labelIds" -> labels(json);
                case "internalDate" -> came(json);
                case "sizeEstimate" -> expected = Math.clamp(json.getValueAsLong(), PIECE, Math.max(PIECE, maxBytes()));
                case "raw" -> raw(json);
                default -> {}
            }
            json.skipChildren();
        }

        private void labels(JsonParser json) throws IOException {
            if (json.currentToken() != JsonToken.START_ARRAY) {
                return;
            }
            while (json.nextToken() != JsonToken.END_ARRAY) {
                String label = json.getValueAsString("");
                noMail = noMail.or(() -> Optional.ofNullable(NO_MAIL.get(label)));
                json.skipChildren();
            }
        }

        /**
         * The history tells no times, and an old message comes into the inbox again when it is taken out of the archive: so the mailbox's
         * {@code since} is held here.
         */
        private void came(JsonParser json) throws IOException {
            long millis = json.currentToken() == JsonToken.VALUE_NULL ? -1 : json.getValueAsLong(-1);
            if (millis < 0 || millis > LAST.toEpochMilli()) {
                return;
            }
            Instant at = Instant.ofEpochMilli(millis);
            came = Optional.of(at);
            if (at.isBefore(mailbox.since())) {
                noMail = Optional.of(FetchResult.NotFound.BEFORE_SINCE);
            }
        }

        private void raw(JsonParser json) throws IOException, InterruptedException {
            waiting.on("room for the message");
            try {
                spool = MailSpool.open(budget, spoolDirectory, expected, PIECE);
            } catch (MailSpool.NoRoomEver never) {
                throw tooLarge(
                        "the message has about " + expected + " bytes, more than all mail in work may have together");
            } catch (IOException disk) {
                throw notKept(disk);
            }
            waiting.on(Waiting.ANSWER);
            try {
                json.readBinaryValue(BASE64, new Sink(spool, maxBytes()));
            } catch (IllegalArgumentException notBase64) {
                throw new Ended(FailureCode.SOURCE_ERROR, "Gmail answered a message that is not Base64");
            }
        }

        private long maxBytes() {
            return mailbox.limits().maxMessageBytes();
        }

        @Override
        public void close() {
            if (spool != null) {
                spool.close();
            }
        }
    }

    /** Takes what is decoded. */
    private static final class Sink extends OutputStream {
        private final MailSpool spool;
        private final long maxBytes;

        Sink(MailSpool spool, long maxBytes) {
            this.spool = spool;
            this.maxBytes = maxBytes;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (spool.size() + length > maxBytes) {
                throw tooLarge("the message has more bytes than the mailbox allows: " + maxBytes);
            }
            try {
                spool.write(bytes, offset, length);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            } catch (IOException disk) {
                throw notKept(disk);
            }
        }
    }

    /** Reading has ended before the answer has, and not because of it. */
    private static final class Ended extends IOException {
        private static final long serialVersionUID = 1L;

        private final transient FetchResult result;

        Ended(FailureCode code, String detail) {
            this.result = new FetchResult.Failed(Failure.of(code, Stage.FETCH, detail));
        }
    }

    private static Ended tooLarge(String detail) {
        return new Ended(FailureCode.MESSAGE_TOO_LARGE, detail);
    }

    /** A disk that fails is not Gmail's failure. */
    private static Ended notKept(IOException disk) {
        return new Ended(
                FailureCode.SOURCE_ERROR,
                "the message could not be kept in a temporary file ("
                        + disk.getClass().getSimpleName() + ")");
    }
}
