import java.io.IOException;
import java.net.URI;
import java.net.http.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.time.Duration;
import java.util.*;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tells Waybill that mail came. Exits 0 when it is accepted, 1 when somebody must act. See listeners.md. */
public class Listener {
    /** Arguments: the URL with its k, the file with the secret, and the body as JSON. */
    public static void main(String[] args) throws Exception {
        String secret = Files.readString(Path.of(args[1])).strip().replaceFirst("^whsec_", "");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret), "HmacSHA256"));
        String id = "msg_" + UUID.randomUUID();
        HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();
        for (long pause = 1; ; pause = Math.min(60, pause * 2)) {
            // Signed anew for each repeat: a signature is good for 5 minutes.
            String timestamp = Long.toString(System.currentTimeMillis() / 1000);
            byte[] signature = mac.doFinal((id + "." + timestamp + "." + args[2]).getBytes(StandardCharsets.UTF_8));
            HttpRequest request = HttpRequest.newBuilder(URI.create(args[0])).timeout(Duration.ofSeconds(5))
                    .header("Content-Type", "application/json").header("webhook-id", id)
                    .header("webhook-timestamp", timestamp)
                    .header("webhook-signature", "v1," + Base64.getEncoder().encodeToString(signature))
                    .POST(HttpRequest.BodyPublishers.ofString(args[2])).build();
            long wait = pause;
            try {
                HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                int status = answer.statusCode();
                System.out.println(status + " " + answer.body());
                if (status < 500 && status != 408 && status != 429) {
                    System.exit(status / 100 == 2 ? 0 : 1);
                }
                wait = answer.headers().firstValueAsLong("Retry-After").orElse(pause);
            } catch (IOException unreachable) {
                System.out.println("no answer: " + unreachable);
            }
            Thread.sleep(wait * 1000);
        }
    }
}
