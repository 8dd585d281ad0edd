package io.waybill.sandbox.graph;

import static io.waybill.sandbox.graph.GraphFixture.IMMUTABLE;
import static io.waybill.sandbox.graph.GraphFixture.USER;
import static io.waybill.sandbox.graph.GraphFixture.mail;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GraphDeltaTest {
    private static final String DELTA = "v1.0/users/" + USER + "/mailFolders/inbox/messages/delta";
    private static final String CREATED = DELTA + "?changeType=created&$select=id,receivedDateTime";

    private GraphFixture fixture;
    private GraphServer graph;

    @BeforeEach
    void start() throws Exception {
        fixture = new GraphFixture();
        graph = fixture.graph;
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    /** What a walk from a link to its delta link found. */
    private record Round(List<JsonNode> items, List<Integer> pages, String deltaLink) {
        List<String> ids() {
            return items.stream().map(item -> item.get("id").asText()).toList();
        }
    }

    @Test
    void delta_thenItsLink_isWhatIsThereThenWhatCame() throws Exception {
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sent.add(graph.deliver(USER, mail("m" + i)));
        }
        Round first = walk(CREATED);
        assertEquals(sent, first.ids());
        assertEquals(List.of(2, 2, 1), first.pages());
        assertTrue(first.items().getFirst().has("receivedDateTime"));
        assertFalse(first.items().getFirst().has("subject"));
        assertTrue(first.deltaLink().startsWith(graph.url() + "v1.0/users/" + USER), first.deltaLink());

        String later = graph.deliver(USER, mail("later"));
        String movedIn = graph.deliver(USER, "archive", mail("moved"));
        graph.move(USER, movedIn, "inbox");
        Round second = walk(first.deltaLink());
        assertEquals(List.of(later, movedIn), second.ids());
        assertEquals(List.of(), walk(second.deltaLink()).ids());
    }

    /** A process that is started anew has its users again and none of their mail. */
    @Test
    void serverStartedAnew_givesNoIdAndTakesNoLinkOfTheOneBefore() throws Exception {
        String before = graph.deliver(USER, mail("one"));
        String link = walk(CREATED).deltaLink();
        try (GraphFixture anew = new GraphFixture()) {
            String after = anew.graph.deliver(USER, mail("one"));

            assertNotEquals(before, after);
            assertEquals(
                    410,
                    anew.get(link.substring(graph.url().toString().length()), IMMUTABLE)
                            .status());
        }
    }

    @Test
    void delta_filteredByTime_leavesOutWhatIsOlder() throws Exception {
        graph.deliver(USER, "inbox", mail("old"), Instant.parse("2026-01-01T00:00:00Z"));
        String recent = graph.deliver(USER, "inbox", mail("new"), Instant.parse("2026-02-01T00:00:00Z"));

        assertEquals(
                List.of(recent),
                walk(CREATED + "&$filter=receivedDateTime+ge+2026-01-15T00:00:00Z")
                        .ids());
        assertEquals(
                400, fixture.get(CREATED + "&$filter=subject+eq+'x'", IMMUTABLE).status());
    }

    @Test
    void delta_withoutAChangeType_tellsWhatWent() throws Exception {
        String deleted = graph.deliver(USER, mail("one"));
        String moved = graph.deliver(USER, mail("two"));
        String all = walk(DELTA).deltaLink();
        String created = walk(CREATED).deltaLink();
        graph.delete(USER, deleted);
        graph.move(USER, moved, "archive");

        Round round = walk(all);
        assertEquals(List.of(deleted, moved), round.ids());
        assertEquals(
                List.of("deleted", "changed"),
                round.items().stream()
                        .map(item -> item.get("@removed").get("reason").asText())
                        .toList());
        assertEquals(List.of(), walk(created).ids());
        graph.faults(GraphFaults.builder().removedItems().build());
        assertEquals(List.of(deleted, moved), walk(created).ids());
    }

    @Test
    void delta_withEmptyPagesAndRepeatedItems_comesToItsEnd() throws Exception {
        graph.faults(GraphFaults.builder().emptyPages(2).repeatedItems().build());
        Set<String> sent = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            sent.add(graph.deliver(USER, mail("m" + i)));
        }
        Round round = walk(CREATED);

        assertEquals(List.of(0, 0, 3, 2), round.pages());
        assertEquals(sent, new HashSet<>(round.ids()));
    }

    @Test
    void delta_doesNotSkipWhatIsNotYetVisible() throws Exception {
        graph.faults(GraphFaults.builder().invisibleFor(Duration.ofMinutes(1)).build());
        String id = graph.deliver(USER, mail("one"));
        Round first = walk(CREATED);
        assertEquals(List.of(), first.ids());
        graph.advance(Duration.ofMinutes(2));

        assertEquals(List.of(id), walk(first.deltaLink()).ids());
    }

    @Test
    void token_expiredByRequestOrAge_is410() throws Exception {
        String link = walk(CREATED).deltaLink();
        graph.expireDeltaTokens();
        GraphFixture.Answer gone = fixture.get(link, IMMUTABLE);
        assertEquals(410, gone.status());
        assertEquals("SyncStateNotFound", gone.code());
        String aged = walk(CREATED).deltaLink();
        graph.advance(Duration.ofDays(31));
        assertEquals(410, fixture.get(aged, IMMUTABLE).status());
        assertEquals(400, fixture.get(DELTA + "?$deltatoken=made-up", IMMUTABLE).status());
        graph.answerNext(GraphCall.DELTA, GraphAnswer.syncStateNotFound());
        assertEquals(410, fixture.get(CREATED, IMMUTABLE).status());
        assertEquals(200, fixture.get(CREATED, IMMUTABLE).status());
    }

    @Test
    void token_expiredForAMailbox_staysGoodForOthers() throws Exception {
        graph.addUser("other", "other@example.com");
        String links = "v1.0/users/other/mailFolders/inbox/messages/delta?changeType=created";
        String own = walk(CREATED).deltaLink();
        String others = walk(links).deltaLink();
        graph.expireDeltaTokens(USER);
        assertEquals(410, fixture.get(own, IMMUTABLE).status());
        assertEquals(200, fixture.get(others, IMMUTABLE).status());
        assertEquals(200, fixture.get(walk(CREATED).deltaLink(), IMMUTABLE).status());
        assertEquals(1, graph.refused(410));
    }

    private Round walk(String start) throws Exception {
        List<JsonNode> items = new ArrayList<>();
        List<Integer> pages = new ArrayList<>();
        String link = start;
        while (true) {
            JsonNode page =
                    fixture.get(link, "odata.maxpagesize=2, " + IMMUTABLE).json();
            page.get("value").forEach(items::add);
            pages.add(page.get("value").size());
            if (page.has("@odata.deltaLink")) {
                return new Round(items, pages, page.get("@odata.deltaLink").asText());
            }
            link = page.get("@odata.nextLink").asText();
        }
    }
}
