package io.waybill.cli.up;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListenerFeedTest {
    private final List<String> told = new ArrayList<>();
    private final ListenerFeed feed = ListenerFeed.idle(told::add);

    @Test
    void trouble_isToldOnce_andSoIsItsEnd() throws JsonProcessingException {
        JsonNode healthy = json("{'tenant':'acme','mailbox':'sales','folder':'INBOX','state':'idle'}");
        JsonNode lost = json("{'tenant':'acme','mailbox':'sales','folder':'INBOX','state':'retrying',"
                + "'lastError':'CREDENTIALS_REFUSED','lastDetail':'the secret file:sales.password is not there'}");
        feed.look(healthy);
        feed.look(lost);
        feed.look(lost);
        feed.look(healthy);
        feed.look(healthy);
        assertEquals(
                List.of(
                        "no connection to acme/sales: CREDENTIALS_REFUSED, the secret file:sales.password is not there;"
                                + " trying again",
                        "connected to acme/sales again"),
                told);
    }

    @Test
    void otherTrouble_isTold_andAFolderIsNamed() throws JsonProcessingException {
        feed.look(json("{'tenant':'acme','mailbox':'sales','folder':'Orders','lastError':'SOURCE_UNREACHABLE'}"));
        feed.look(json("{'tenant':'acme','mailbox':'sales','folder':'Orders','lastError':'CREDENTIALS_REFUSED'}"));
        assertEquals(
                List.of(
                        "no connection to acme/sales Orders: SOURCE_UNREACHABLE; trying again",
                        "no connection to acme/sales Orders: CREDENTIALS_REFUSED; trying again"),
                told);
    }

    private static JsonNode json(String listener) throws JsonProcessingException {
        return new ObjectMapper().readTree("[" + listener.replace('\'', '"') + "]");
    }
}
