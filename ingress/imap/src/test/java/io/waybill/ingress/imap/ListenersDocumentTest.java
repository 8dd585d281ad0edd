package io.waybill.ingress.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.standardwebhooks.Webhook;
import io.waybill.contracts.ImapNotification;
import io.waybill.ingress.endpoint.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** deploy/docs/listeners.md says what this application does. */
class ListenersDocumentTest {
    private static final Path DOCUMENT = Path.of("../../deploy/docs/listeners.md");

    /** Those that the application gives. */
    @ParameterizedTest
    @EnumSource(
            value = Refusal.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"KEYS_UNREACHABLE", "NO_INSTALL_KEY"})
    void everyRefusal_isInTheTableOfAnswers(Refusal refusal) throws IOException {
        String row = "| " + refusal.status().getCode() + " | `" + refusal.word() + "` | "
                + (refusal.retryAfterSeconds() > 0 ? refusal.retryAfterSeconds() + " s" : "–") + " |";
        assertTrue(Files.readString(DOCUMENT).contains("\n" + row), row);
    }

    @Test
    void bounds_areThoseOfTheNotification() throws IOException {
        String document = Files.readString(DOCUMENT);
        assertTrue(document.contains(String.format(Locale.ROOT, "1 to %,d UIDs", ImapNotification.MAX_UIDS)));
        assertTrue(document.contains(String.format(Locale.ROOT, "%d KiB", ImapNotification.MAX_BYTES / 1024)));
    }

    @Test
    void bodiesShown_areNotifications() throws IOException {
        List<String> bodies = bodies();
        assertEquals(2, bodies.size());
        for (String body : bodies) {
            ImapNotification.parse(body.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void signatureShown_isTheOneOfTheFirstBody() throws Exception {
        byte[] key = Base64.getDecoder().decode(shown("`whsec_([^`]+)`"));
        String signature = new Webhook(key)
                .sign(shown("`(msg_[^`]*)`"), Long.parseLong(shown("`([0-9]{10})`")), bodies().getFirst());
        assertEquals(shown("`(v1,[^`]{44})`"), signature);
    }

    private static List<String> bodies() throws IOException {
        return Files.readString(DOCUMENT)
                .lines()
                .filter(line -> line.startsWith("{\"folder\""))
                .toList();
    }

    private static String shown(String pattern) throws IOException {
        Matcher found = Pattern.compile(pattern).matcher(Files.readString(DOCUMENT));
        assertTrue(found.find(), pattern);
        return found.group(1);
    }
}
