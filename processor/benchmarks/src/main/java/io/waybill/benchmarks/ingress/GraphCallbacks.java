package io.waybill.benchmarks.ingress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Notifications of Microsoft Graph. */
final class GraphCallbacks implements Callbacks {
    private final List<Subscribed> mailboxes = Subscribed.all();

    @Override
    public String module() {
        return "microsoft";
    }

    @Override
    public String mainClass() {
        return "io.waybill.ingress.microsoft.MicrosoftIngress";
    }

    @Override
    public Map<String, String> environment(Path secrets) throws IOException {
        Files.writeString(secrets.resolve("install.key"), Subscribed.INSTALL_KEY);
        return Map.of();
    }

    @Override
    public List<ProducerRecord<byte[], byte[]>> entries() {
        return mailboxes.stream().map(Subscribed::entry).toList();
    }

    @Override
    public ProducerRecord<byte[], byte[]> record(long message) {
        return of(message).pointer(message);
    }

    @Override
    public int accepted() {
        return 202;
    }

    @Override
    public Request request(int port, int items) {
        NotificationRequest request = new NotificationRequest(port, items, mailboxes.getFirst());
        return (number, first) -> request.of(of(number), first);
    }

    private Subscribed of(long number) {
        return mailboxes.get((int) (number % mailboxes.size()));
    }

    @Override
    public void close() {}
}
