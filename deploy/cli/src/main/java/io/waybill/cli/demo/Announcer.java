package io.waybill.cli.demo;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookSigningException;
import io.waybill.cli.Problem;
import io.waybill.contracts.CallbackSecret;
import io.waybill.contracts.ImapNotification;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.Secret;
import io.waybill.contracts.Secrets;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.UUID;

/** Announces a mail as an IMAP listener does: a signed callback to the ingress. */
final class Announcer {
    private static final int TIMEOUT_MS = 10_000;

    private final String ingressUrl;
    private final Mailbox mailbox;
    private final Secrets secrets;
    private final Clock clock;

    Announcer(String ingressUrl, Mailbox mailbox, Secrets secrets, Clock clock) {
        this.ingressUrl = ingressUrl;
        this.mailbox = mailbox;
        this.secrets = secrets;
        this.clock = clock;
    }

    /** Announces the pointer once; throws {@link Problem} unless the ingress takes it. */
    void announce(ImapPointer pointer) {
        byte[] body = ImapNotification.arrived(pointer.folder(), pointer.uidValidity(), List.of(pointer.uid()))
                .toJson();
        String id = "msg_" + UUID.randomUUID();
        long seconds = clock.instant().getEpochSecond();
        String address = ingressUrl + "/imap/notifications?k=" + URLEncoder.encode(mailbox.k(), StandardCharsets.UTF_8);
        try {
            HttpURLConnection request =
                    (HttpURLConnection) URI.create(address).toURL().openConnection();
            request.setConnectTimeout(TIMEOUT_MS);
            request.setReadTimeout(TIMEOUT_MS);
            request.setRequestMethod("POST");
            request.setDoOutput(true);
            request.setRequestProperty("Content-Type", "application/json");
            request.setRequestProperty("webhook-id", id);
            request.setRequestProperty("webhook-timestamp", Long.toString(seconds));
            request.setRequestProperty("webhook-signature", sign(id, seconds, body));
            request.getOutputStream().write(body);
            int answer = request.getResponseCode();
            request.disconnect();
            if (answer != HttpURLConnection.HTTP_ACCEPTED) {
                throw refused("answered " + answer + " to an announcement");
            }
        } catch (IOException unreachable) {
            throw refused(
                    "did not answer an announcement (" + unreachable.getClass().getSimpleName() + ")");
        }
    }

    private String sign(String id, long seconds, byte[] body) {
        Secret secret = CallbackSecret.of(mailbox, secrets).getFirst();
        try {
            return new Webhook(secret.bytes()).sign(id, seconds, new String(body, StandardCharsets.UTF_8));
        } catch (WebhookSigningException | EmptyWebhookSecretException noHmac) {
            throw new IllegalStateException(noHmac);
        }
    }

    private Problem refused(String what) {
        return Problem.incomplete("the ingress " + what, ingressUrl, "Its log in the demo's folder says why.");
    }
}
