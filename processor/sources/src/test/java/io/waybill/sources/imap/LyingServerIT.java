package io.waybill.sources.imap;

import static io.waybill.sources.imap.ImapWorld.WITHIN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.sources.FetchResult;
import io.waybill.sources.ListResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that say what is not so, or nothing that makes sense: a code each, bounded memory, and a detail without their words. */
class LyingServerIT {
    private static final String WORD = "Sup3rS3cretWord";

    private static final String DESCRIBED =
            "* 1 FETCH (UID 7 RFC822.SIZE 3 INTERNALDATE \"01-Jan-2026 00:00:00 +0000\")\r\n% OK done\r\n";

    @TempDir
    Path directory;

    @Test
    void fetch_messageOf150MegabytesAndNoLimitOfItsOwn_isTooLargeWithoutReadingIt() {
        // The server has not one byte of it to give.
        try (ScriptedServer server = ScriptedServer.ofOneMessage(150 << 20, "");
                ImapMailSource source = ImapWorld.source(directory)) {
            FetchResult result = source.fetch(ImapWorld.mailbox(server.port()), ImapPointer.of("INBOX", 5, 7), WITHIN);
            assertEquals(FailureCode.MESSAGE_TOO_LARGE, failure(result).code());
            assertTrue(
                    failure(result).detail().contains("the mailbox allows 134217728"),
                    failure(result).detail());
        }
    }

    @Test
    void fetch_literalOfTwoGigabytesAnnounced_isTooLargeWithoutReadingIt() {
        assertEquals(
                FailureCode.MESSAGE_TOO_LARGE,
                fetch(10, "* 1 FETCH (UID 7 BODY[] {2147483600}\r\nabc").code());
    }

    @Test
    @DisplayName("what is left of an answer that is too long is not read as the answer to the next call")
    void fetch_afterALiteralThatIsTooLong_takesAnotherConnection() {
        AtomicInteger logins = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer(command -> {
                    if (command.startsWith("LOGIN")) {
                        logins.incrementAndGet();
                    }
                    if (!command.startsWith("UID")) {
                        return ScriptedServer.usual(command);
                    }
                    if (!command.contains("BODY")) {
                        return DESCRIBED;
                    }
                    return logins.get() == 1
                            ? "* 1 FETCH (UID 7 BODY[] {2147483600}\r\nabc"
                            : "* 1 FETCH (UID 7 BODY[] {3}\r\nabc)\r\n% OK done\r\n";
                });
                ImapMailSource source = ImapWorld.source(directory)) {
            Mailbox mailbox = ImapWorld.mailbox(server.port());
            ImapPointer pointer = ImapPointer.of("INBOX", 5, 7);
            assertEquals(
                    FailureCode.MESSAGE_TOO_LARGE,
                    failure(source.fetch(mailbox, pointer, WITHIN)).code());
            FetchResult next = source.fetch(mailbox, pointer, WITHIN);
            assertInstanceOf(FetchResult.Fetched.class, next, next::toString).discard();
            assertEquals(2, logins.get());
        }
    }

    @Test
    void fetch_literalLongerThanAnInt_isSourceError() {
        assertEquals(
                FailureCode.SOURCE_ERROR,
                fetch(10, "* 1 FETCH (UID 7 BODY[] {99999999999999}\r\nabc)\r\n% OK\r\n")
                        .code());
    }

    @Test
    void fetch_moreBytesThanSaidAndThanAllowed_isTooLarge() {
        String body = "x".repeat(3_000);
        assertEquals(
                FailureCode.MESSAGE_TOO_LARGE,
                fetch(10, "* 1 FETCH (UID 7 BODY[] {3000}\r\n" + body + ")\r\n% OK done\r\n")
                        .code());
    }

    @Test
    void fetch_moreBytesThanSaid_takesThem() {
        String body = "y".repeat(900);
        try (ScriptedServer server =
                ScriptedServer.ofOneMessage(10, "* 1 FETCH (UID 7 BODY[] {900}\r\n" + body + ")\r\n% OK done\r\n")) {
            FetchResult.Fetched fetched = assertInstanceOf(FetchResult.Fetched.class, fetch(server));
            assertEquals(900, fetched.mail().size());
            fetched.mail().close();
        }
    }

    @Test
    void fetch_endlessAnswers_isSourceErrorSoon() {
        assertEquals(
                FailureCode.SOURCE_ERROR,
                fetch(10, "* 1 EXISTS\r\n".repeat(200_000)).code());
    }

    @Test
    void fetch_endlessLine_isSourceErrorSoon() {
        try (ScriptedServer server = ScriptedServer.ofOneMessage(10, "* " + "z".repeat(3_000_000));
                ImapMailSource source = ImapWorld.source(directory)) {
            FetchResult result = source.fetch(ImapWorld.mailbox(server.port()), ImapPointer.of("INBOX", 5, 7), WITHIN);
            assertEquals(FailureCode.SOURCE_ERROR, failure(result).code());
        }
    }

    @Test
    void fetch_anotherUid_isSourceError() {
        assertEquals(
                FailureCode.SOURCE_ERROR,
                fetch(10, "* 1 FETCH (UID 8 BODY[] {3}\r\nabc)\r\n% OK done\r\n")
                        .code());
    }

    @Test
    void fetch_answerThatCannotBeParsed_isSourceErrorAndNotAMissingMessage() {
        assertEquals(
                FailureCode.SOURCE_ERROR,
                fetch(10, "* 1 FETCH (UID 7 BODY[] [[[)\r\n% OK done\r\n").code());
    }

    @Test
    void fetch_dateThatIsNone_isSourceErrorAndNotAMissingMessage() {
        try (ScriptedServer server = new ScriptedServer(command -> command.startsWith("UID")
                ? "* 1 FETCH (UID 7 RFC822.SIZE 3 INTERNALDATE \"" + WORD + "\")\r\n% OK done\r\n"
                : ScriptedServer.usual(command))) {
            assertEquals(FailureCode.SOURCE_ERROR, failure(fetch(server)).code());
        }
    }

    @Test
    void fetch_emptyBodyOfALongMessage_isSourceError() {
        assertEquals(
                FailureCode.SOURCE_ERROR,
                fetch(500, "* 1 FETCH (UID 7 BODY[] NIL)\r\n% OK done\r\n").code());
    }

    @Test
    void fetch_refusalThatQuotesMail_saysNothingOfIt() {
        Failure failure = fetch(10, "% NO [ALERT] " + WORD + "\r\n");
        assertEquals(FailureCode.SOURCE_ERROR, failure.code());
        assertTrue(failure.detail().startsWith("the server answered NO to UID FETCH"), failure.detail());
    }

    @Test
    void fetch_folderOfTwoBillionMessages_costsNothing() {
        try (ScriptedServer server = new ScriptedServer(command -> command.startsWith("EXAMINE")
                ? "* 2147483647 EXISTS\r\n* OK [UIDVALIDITY 6] ok\r\n% OK done\r\n"
                : ScriptedServer.usual(command))) {
            assertInstanceOf(FetchResult.NotFound.class, fetch(server));
        }
    }

    @Test
    void fetch_noUidValidity_isSourceError() {
        try (ScriptedServer server = new ScriptedServer(command ->
                command.startsWith("EXAMINE") ? "* 1 EXISTS\r\n% OK done\r\n" : ScriptedServer.usual(command))) {
            assertEquals(FailureCode.SOURCE_ERROR, failure(fetch(server)).code());
        }
    }

    @Test
    void fetch_noImapAtAll_isACodeAndNoException() {
        for (String greeting :
                new String[] {"", "\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n", "* \r\n", "+\r\n", "{5}\r\n"}) {
            try (ScriptedServer server = new ScriptedServer(command -> command.equals("GREETING") ? greeting : null)) {
                FailureCode code = failure(fetch(server, Duration.ofSeconds(3))).code();
                assertTrue(
                        code == FailureCode.SOURCE_ERROR
                                || code == FailureCode.SOURCE_UNREACHABLE
                                || code == FailureCode.DEADLINE_EXCEEDED,
                        () -> "greeting '" + greeting + "' gave " + code);
            }
        }
    }

    @Test
    void list_messageThatTheServerCannotDescribe_hidesNoOther() {
        try (ScriptedServer server = ofMessages(5, 3);
                ImapMailSource source = ImapWorld.source(directory)) {
            ListResult.Page page = assertInstanceOf(ListResult.Page.class, list(source, server));
            assertEquals(
                    List.of(1L, 2L, 3L, 4L, 5L),
                    page.found().stream()
                            .map(pointer -> ((ImapPointer) pointer).uid())
                            .toList());
            assertInstanceOf(ListResult.Next.End.class, page.next());
        }
    }

    @Test
    void list_serverThatDescribesNothing_isSourceError() {
        try (ScriptedServer server = ofMessages(100, 1);
                ImapMailSource source = ImapWorld.source(directory)) {
            ListResult.Failed failed = assertInstanceOf(ListResult.Failed.class, list(source, server));
            assertEquals(FailureCode.SOURCE_ERROR, failed.failure().code());
        }
    }

    /** Says NO to each set that holds that UID, or one of its multiples. */
    private static ScriptedServer ofMessages(int count, long broken) {
        return new ScriptedServer(command -> {
            if (command.startsWith("UID SEARCH")) {
                return "* SEARCH"
                        + LongStream.rangeClosed(1, count)
                                .mapToObj(uid -> " " + uid)
                                .collect(Collectors.joining())
                        + "\r\n% OK done\r\n";
            }
            if (!command.startsWith("UID FETCH")) {
                return ScriptedServer.usual(command);
            }
            List<Long> uids = Arrays.stream(command.split(" ", 4)[2].split(",", -1))
                    .map(Long::valueOf)
                    .toList();
            return uids.stream().anyMatch(uid -> uid % broken == 0)
                    ? "% NO Some messages could not be FETCHed (Failure)\r\n"
                    : uids.stream()
                            .map(uid -> "* " + uid + " FETCH (UID " + uid
                                    + " RFC822.SIZE 10 INTERNALDATE \"01-Jan-2026 00:00:00 +0000\")\r\n")
                            .collect(Collectors.joining("", "", "% OK done\r\n"));
        });
    }

    private static ListResult list(ImapMailSource source, ScriptedServer server) {
        return source.list(
                ImapWorld.mailbox(server.port()),
                "INBOX",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                WITHIN);
    }

    @ParameterizedTest
    @DisplayName("a message that goes while others are described shifts their numbers, and hides none of them")
    @ValueSource(
            strings = {
                "* 5 FETCH (UID 100 RFC822.SIZE 1 $)|* 3 EXPUNGE|* 5 FETCH (UID 101 RFC822.SIZE 2 $)",
                "* 5 FETCH (UID 100 RFC822.SIZE 1)|* 6 FETCH (UID 101)|* 3 EXPUNGE|* 4 FETCH ($)"
                        + "|* 5 FETCH (RFC822.SIZE 2 $)",
                "* 5 FETCH (UID 100 FLAGS ())|* 4 EXPUNGE|* 4 FETCH (UID 100 RFC822.SIZE 1 $)|* 4 EXPUNGE"
                        + "|* 4 FETCH (UID 101 RFC822.SIZE 1 $)",
                "* 4 FETCH (RFC822.SIZE 3)|* 4 EXPUNGE|* 4 FETCH (UID 100 RFC822.SIZE 1)"
                        + "|* 5 FETCH (UID 101 RFC822.SIZE 2 $)|* 4 FETCH (UID 100 $)"
            })
    void list_messageGoesInBetween_hidesNoOther(String answers) {
        String described = answers.replace("$", "INTERNALDATE \"01-Jan-2026 00:00:00 +0000\"")
                .replace("|", "\r\n");
        try (ScriptedServer server = new ScriptedServer(command -> command.startsWith("UID SEARCH")
                        ? "* SEARCH 100 101\r\n% OK done\r\n"
                        : command.startsWith("UID FETCH")
                                ? described + "\r\n% OK done\r\n"
                                : ScriptedServer.usual(command));
                ImapMailSource source = ImapWorld.source(directory)) {
            ListResult result = list(source, server);
            ListResult.Page page = assertInstanceOf(ListResult.Page.class, result, result::toString);
            assertEquals(
                    List.of(100L, 101L),
                    page.found().stream()
                            .map(pointer -> ((ImapPointer) pointer).uid())
                            .toList());
        }
    }

    @Test
    void list_descriptionThatStaysIncomplete_isSourceError() {
        try (ScriptedServer server = new ScriptedServer(command -> command.startsWith("UID SEARCH")
                        ? "* SEARCH 7\r\n% OK done\r\n"
                        : command.startsWith("UID FETCH")
                                ? "* 5 FETCH (UID 7 RFC822.SIZE 1)\r\n* 6 EXPUNGE\r\n% OK done\r\n"
                                : ScriptedServer.usual(command));
                ImapMailSource source = ImapWorld.source(directory)) {
            ListResult.Failed failed = assertInstanceOf(ListResult.Failed.class, list(source, server));
            assertEquals(FailureCode.SOURCE_ERROR, failed.failure().code());
        }
    }

    @Test
    void list_uidsThatAreNone_areLeftOut() {
        try (ScriptedServer server = new ScriptedServer(command -> command.startsWith("UID SEARCH")
                        ? "* SEARCH 0 99999999999 7\r\n% OK done\r\n"
                        : command.startsWith("UID FETCH") ? DESCRIBED : ScriptedServer.usual(command));
                ImapMailSource source = ImapWorld.source(directory)) {
            ListResult.Page page = assertInstanceOf(
                    ListResult.Page.class,
                    source.list(
                            ImapWorld.mailbox(server.port()),
                            "INBOX",
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            WITHIN));
            assertEquals(1, page.found().size());
        }
    }

    @Test
    @DisplayName("a server that trickles for ever loses its connection when time is up")
    void fetch_tricklingServer_endsInTimeAndClosesTheSocket() throws InterruptedException {
        try (ScriptedServer server = ScriptedServer.ofOneMessage(500, "* 1 FETCH (UID 7 BODY[] {500}\r\nabc")) {
            long begin = System.nanoTime();
            FailureCode code = failure(fetch(server, Duration.ofMillis(700))).code();
            assertEquals(FailureCode.DEADLINE_EXCEEDED, code);
            assertTrue(Duration.ofNanos(System.nanoTime() - begin).toSeconds() < 4);
            assertTrue(server.closedByClient().await(5, TimeUnit.SECONDS), "the socket was closed");
        }
    }

    private Failure fetch(long size, String bodyAnswer) {
        try (ScriptedServer server = ScriptedServer.ofOneMessage(size, bodyAnswer)) {
            Failure failure = failure(fetch(server));
            assertTrue(!failure.detail().contains(WORD), failure.detail());
            return failure;
        }
    }

    private FetchResult fetch(ScriptedServer server) {
        return fetch(server, WITHIN);
    }

    private FetchResult fetch(ScriptedServer server, Duration within) {
        try (ImapMailSource source = ImapWorld.source(directory)) {
            return source.fetch(
                    ImapWorld.mailbox(
                            ImapWorld.account("127.0.0.1", server.port(), "WAYBILL_SECRET_SUPPORT"),
                            new MailboxLimits(2, 1_000L)),
                    ImapPointer.of("INBOX", 5, 7),
                    within);
        }
    }

    private static Failure failure(FetchResult result) {
        return assertInstanceOf(FetchResult.Failed.class, result).failure();
    }
}
