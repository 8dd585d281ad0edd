package io.waybill.sandbox.gmail;

import static io.waybill.sandbox.gmail.GmailFixture.USER;
import static io.waybill.sandbox.gmail.GmailFixture.history;
import static io.waybill.sandbox.gmail.GmailFixture.mail;
import static io.waybill.sandbox.gmail.GmailFixture.message;
import static io.waybill.sandbox.gmail.GmailFixture.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GmailHistoryTest {
    private GmailFixture fixture;
    private GmailServer gmail;

    @BeforeEach
    void start() throws Exception {
        fixture = new GmailFixture();
        gmail = fixture.gmail;
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void history_withNothingNew_hasNoSuchKey() throws Exception {
        JsonNode answer = list(gmail.historyId(USER), "");

        assertEquals(Set.of("historyId"), names(answer));
        assertTrue(answer.get("historyId").isTextual());
        assertEquals(gmail.historyId(USER), answer.get("historyId").asText());
    }

    @Test
    void history_ofAMail_isGmails() throws Exception {
        String start = gmail.historyId(USER);
        String id = gmail.deliver(USER, mail("one"));
        JsonNode answer = list(start, "&historyTypes=messageAdded&labelId=INBOX&maxResults=500");
        JsonNode record = answer.get("history").get(0);

        assertEquals(1, answer.get("history").size());
        assertFalse(answer.has("nextPageToken"));
        assertEquals(Set.of("id", "messages", "messagesAdded"), names(record));
        assertEquals(gmail.historyId(USER), record.get("id").textValue());
        assertEquals(id, record.at("/messages/0/id").asText());
        assertEquals(id, record.at("/messages/0/threadId").asText());
        assertEquals(id, record.at("/messagesAdded/0/message/id").asText());
        assertEquals(
                "[\"UNREAD\",\"INBOX\"]",
                record.at("/messagesAdded/0/message/labelIds").toString());
        assertEquals(Set.of("historyId"), names(list(record.get("id").asText(), "")), "the start is not told again");
    }

    @Test
    void mailsThatComeWhileHistoryIsListed_areThereWhenListingGoesOn() throws Exception {
        String start = gmail.historyId(USER);
        Set<String> delivered = ConcurrentHashMap.newKeySet();
        Thread sender = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 5_000; i++) {
                delivered.add(gmail.deliver(USER, mail("m" + i)));
            }
        });
        Set<String> listed = new HashSet<>();
        boolean last = false;
        while (!last) {
            last = !sender.isAlive();
            JsonNode page = list(start, "");
            add(page, listed);
            while (page.has("nextPageToken")) {
                page = list(start, "&pageToken=" + page.get("nextPageToken").asText());
                add(page, listed);
            }
            start = page.get("historyId").asText();
        }
        assertEquals(delivered, listed);
    }

    @Test
    void ids_growByOddStepsWithGaps() throws Exception {
        List<Long> ids = new ArrayList<>(List.of(Long.parseLong(gmail.historyId(USER))));
        for (int i = 0; i < 50; i++) {
            gmail.deliver(USER, mail("m" + i));
            ids.add(Long.parseLong(gmail.historyId(USER)));
        }
        for (int i = 1; i < ids.size(); i++) {
            long step = ids.get(i) - ids.get(i - 1);
            assertTrue(step > 1 && step % 2 == 1, "step " + step);
        }
    }

    @Test
    void history_ofLabels_saysWhichCameAndWent() throws Exception {
        String id = gmail.deliver(USER, mail("one"), List.of("SPAM"));
        String start = gmail.historyId(USER);
        gmail.relabel(USER, id, List.of("INBOX"), List.of("SPAM"));
        JsonNode records = list(start, "").get("history");
        JsonNode added = list(start, "&historyTypes=messageAdded&historyTypes=labelAdded&labelId=INBOX")
                .get("history");

        assertEquals(2, records.size());
        assertEquals("[\"INBOX\"]", records.get(0).at("/labelsAdded/0/labelIds").toString());
        assertEquals(
                "[\"SPAM\",\"INBOX\"]",
                records.get(0).at("/labelsAdded/0/message/labelIds").toString());
        assertEquals(
                "[\"SPAM\"]", records.get(1).at("/labelsRemoved/0/labelIds").toString());
        assertEquals(
                "[\"INBOX\"]",
                records.get(1).at("/labelsRemoved/0/message/labelIds").toString());
        assertEquals(1, added.size());
        assertEquals(records.get(0), added.get(0));
        assertEquals(
                gmail.historyId(USER),
                fixture.get(message(id) + "?format=minimal")
                        .json()
                        .get("historyId")
                        .asText());
    }

    @Test
    void history_ofADeletedMessage_saysSoAndStillThatItCame() throws Exception {
        String start = gmail.historyId(USER);
        String id = gmail.deliver(USER, mail("one"));
        assertTrue(gmail.delete(USER, id));
        assertFalse(gmail.delete(USER, id));
        JsonNode records = list(start, "").get("history");

        assertEquals(2, records.size());
        assertEquals(id, records.get(0).at("/messagesAdded/0/message/id").asText());
        assertEquals(id, records.get(1).at("/messagesDeleted/0/message/id").asText());
        assertEquals(404, fixture.get(message(id) + "?format=raw").status());
    }

    @Test
    void history_byLabel_leavesOutDraftsSentAndSpamButNotWhatLeftSince() throws Exception {
        String start = gmail.historyId(USER);
        for (String label : List.of("DRAFT", "SENT", "SPAM", "CHAT", "TRASH")) {
            gmail.deliver(USER, mail(label), List.of(label));
        }
        String id = gmail.deliver(USER, mail("archived"));
        gmail.relabel(USER, id, List.of(), List.of("INBOX"));

        JsonNode added = list(start, "&historyTypes=messageAdded&labelId=INBOX").get("history");
        assertEquals(1, added.size());
        assertEquals(id, added.get(0).at("/messages/0/id").asText());
        assertEquals(6, list(start, "&historyTypes=messageAdded").get("history").size());
    }

    @Test
    void history_inPages_isComplete() throws Exception {
        String start = gmail.historyId(USER);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            expected.add(gmail.deliver(USER, mail("m" + i)));
            gmail.deliver(USER, mail("sent" + i), List.of("SENT"));
        }
        List<String> found = new ArrayList<>();
        int pages = walk(start, "&labelId=INBOX&maxResults=3", found);

        assertEquals(expected, found);
        assertEquals(3, pages);
    }

    @Test
    void history_inPages_mayNameAMessageOnTwo() throws Exception {
        String start = gmail.historyId(USER);
        String id = gmail.deliver(USER, mail("one"), List.of("SPAM"));
        gmail.relabel(USER, id, List.of("INBOX"), List.of());
        List<String> found = new ArrayList<>();

        assertEquals(2, walk(start, "&maxResults=1", found));
        assertEquals(List.of(id, id), found);
    }

    @Test
    void history_ofMoreThanAPageTakes_isCutAt500() throws Exception {
        String start = gmail.historyId(USER);
        for (int i = 0; i < 501; i++) {
            gmail.deliver(USER, mail("m" + i));
        }

        assertEquals(500, list(start, "&maxResults=5000").get("history").size());
        assertEquals(100, list(start, "").get("history").size());
        assertEquals(gmail.historyId(USER), list(start, "").get("historyId").asText(), "the mailbox's, not the page's");
    }

    @Test
    void history_withShortPages_losesNothing() throws Exception {
        String start = gmail.historyId(USER);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            expected.add(gmail.deliver(USER, mail("m" + i)));
        }
        gmail.faults(GmailFaults.builder().historyPageMax(2).build());
        List<String> found = new ArrayList<>();
        assertEquals(3, walk(start, "&maxResults=500", found));
        assertEquals(expected, found);
    }

    @Test
    void history_withRepeatedItems_repeatsWithinAndBetweenPages() throws Exception {
        String start = gmail.historyId(USER);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            expected.add(gmail.deliver(USER, mail("m" + i)));
        }
        gmail.faults(GmailFaults.builder().repeatedItems().build());
        List<String> found = new ArrayList<>();
        int pages = walk(start, "&maxResults=2", found);

        assertEquals(2, pages);
        assertEquals(
                List.of(
                        expected.get(0),
                        expected.get(1),
                        expected.get(0),
                        expected.get(1),
                        expected.get(2),
                        expected.get(3),
                        expected.get(2)),
                found);
    }

    @Test
    void history_thatExpired_is404() throws Exception {
        String start = gmail.historyId(USER);
        gmail.deliver(USER, mail("one"));
        gmail.expireHistory(USER);
        String now = gmail.historyId(USER);
        assertExpired(start);
        assertEquals(Set.of("historyId"), names(list(now, "")));
        gmail.deliver(USER, mail("two"));
        assertEquals(1, list(now, "").get("history").size());
    }

    @Test
    void history_olderThanAWeek_is404AndYoungerIsNot() throws Exception {
        String start = gmail.historyId(USER);
        gmail.deliver(USER, mail("old"));
        String middle = gmail.historyId(USER);
        gmail.advance(Duration.ofDays(6));
        String id = gmail.deliver(USER, mail("young"));
        assertEquals(2, list(start, "").get("history").size());
        gmail.advance(Duration.ofDays(1).plusSeconds(1));

        assertExpired(start);
        assertEquals(id, list(middle, "").at("/history/0/messages/0/id").asText());
        gmail.advance(Duration.ofDays(30));
        assertEquals(Set.of("historyId"), names(list(gmail.historyId(USER), "")), "nothing happened since");
    }

    @Test
    void history_fromBeforeOrAfterAllThatEverWas_is404() throws Exception {
        assertExpired("1");
        assertExpired("9999999999999");
        String before = gmail.historyId(USER);
        gmail.addUser(USER);
        assertExpired(before);
    }

    @Test
    void history_beyondSigned_goesOnUnsigned() throws Exception {
        gmail.addUser(USER, GmailServer.NEAR_SIGNED_MAX);
        String start = gmail.historyId(USER);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            expected.add(gmail.deliver(USER, mail("m" + i)));
        }
        List<String> found = new ArrayList<>();
        walk(start, "&maxResults=3", found);

        assertEquals(expected, found);
        assertTrue(start.startsWith("92233720368547757"));
        assertTrue(Long.parseUnsignedLong(gmail.historyId(USER)) < 0, gmail.historyId(USER));
        assertEquals(Set.of("historyId"), names(list(gmail.historyId(USER), "")));
        assertExpired("1");
    }

    @Test
    void history_thatLags_comesWhenItsIdIsLongPassed() throws Exception {
        fixture.watch();
        String start = gmail.historyId(USER);
        gmail.faults(GmailFaults.builder().historyLag(Duration.ofMinutes(1)).build());
        String id = gmail.deliver(USER, mail("late"));
        JsonNode early = list(start, "");

        assertEquals(2, gmail.pushes(PushFate.OWED), "it is announced");
        assertEquals(200, fixture.get(message(id) + "?format=raw").status(), "it is there");
        assertFalse(early.has("history"));
        assertEquals(gmail.historyId(USER), early.get("historyId").asText());
        gmail.advance(Duration.ofMinutes(1).plusSeconds(1));
        assertEquals(id, list(start, "").at("/history/0/messages/0/id").asText());
        assertFalse(list(early.get("historyId").asText(), "").has("history"), "who went on has missed it");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "startHistoryId=",
                "startHistoryId=historyId",
                "startHistoryId=-1",
                "startHistoryId=18446744073709551616",
                "startHistoryId=1006196&historyTypes=messagesAdded",
                "startHistoryId=1006196&maxResults=0",
                "startHistoryId=1006196&maxResults=many",
                "startHistoryId=1006196&pageToken=%25"
            })
    void history_withParametersThatAreNone_is400(String query) throws Exception {
        GmailFixture.Answer answer = fixture.get("gmail/v1/users/me/history?" + query);

        assertEquals(400, answer.status(), answer.message());
        assertEquals("invalidArgument", answer.reason());
    }

    private void assertExpired(String start) throws Exception {
        GmailFixture.Answer answer = fixture.get(history(start, ""));
        assertEquals(404, answer.status());
        assertEquals("notFound", answer.reason());
    }

    /** Collects the message of each record; returns how many pages there were. */
    private int walk(String start, String rest, List<String> found) throws Exception {
        String token = "";
        int pages = 0;
        while (token != null) {
            JsonNode page = list(start, rest + (token.isEmpty() ? "" : "&pageToken=" + token));
            page.path("history").forEach(record -> found.addAll(texts(record.get("messages"), "id")));
            token = page.path("nextPageToken").asText(null);
            pages++;
        }
        return pages;
    }

    private static void add(JsonNode page, Set<String> messages) {
        page.path("history")
                .forEach(each -> messages.add(each.at("/messages/0/id").asText()));
    }

    private JsonNode list(String start, String rest) throws Exception {
        GmailFixture.Answer answer = fixture.get(history(start, rest));
        assertEquals(200, answer.status(), answer.message());
        return answer.json();
    }

    private static Set<String> names(JsonNode json) {
        return json.propertyStream().map(field -> field.getKey()).collect(Collectors.toCollection(HashSet::new));
    }
}
