package io.waybill.benchmarks.pipeline;

import io.waybill.sandbox.LoopbackPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/** Asks a {@link FetchServer}, with the HTTP client that the mail sources use, over connections that are kept. */
final class HttpFetch implements Fetch {
    /** Connections at most: at 100 ms an answer they carry 40,960 a second, more than two cores do. */
    private static final int MAX_CONNECTIONS = 4096;

    private final Semaphore connections;
    private final HttpRequest request;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(15))
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();

    /** @param cap requests that may run at once; each has a connection */
    HttpFetch(int port, int cap) {
        connections = new Semaphore(Math.min(cap, MAX_CONNECTIONS));
        request = HttpRequest.newBuilder(URI.create("http://" + LoopbackPort.HOST + ":" + port + "/mail"))
                .build();
    }

    @Override
    public void run() throws InterruptedException {
        connections.acquire();
        try {
            HttpResponse<byte[]> mail = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (mail.statusCode() != 200 || mail.body().length != FetchServer.MAIL_BYTES) {
                throw new IllegalStateException(
                        "the fetch server answered " + mail.statusCode() + " with " + mail.body().length + " bytes");
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } finally {
            connections.release();
        }
    }
}
