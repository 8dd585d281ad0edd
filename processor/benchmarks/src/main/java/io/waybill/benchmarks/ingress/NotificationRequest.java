package io.waybill.benchmarks.ingress;

import io.waybill.sandbox.LoopbackPort;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a POST of Graph's, made once and then only changed where one differs from the next: the load must not take the
 * processors from what is measured. For one thread.
 */
final class NotificationRequest {
    private final int items;
    private final byte[] bytes;
    private final int k;
    private final int[] clientStates;
    /** Three in each item. */
    private final int[] messages;

    NotificationRequest(int port, int items, Subscribed model) {
        this.items = items;
        this.clientStates = new int[items];
        this.messages = new int[items * 3];
        StringBuilder body = new StringBuilder("{\"value\":[");
        for (int item = 0; item < items; item++) {
            append(body, item, model);
        }
        body.append("]}");
        String line = "POST /microsoft/notifications?k=";
        String head = line + model.mailbox().k() + " HTTP/1.1\r\n"
                + "Host: " + LoopbackPort.HOST + ":" + port + "\r\n"
                + "Content-Type: application/json; charset=utf-8\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n";
        this.k = line.length();
        shift(clientStates, head.length());
        shift(messages, head.length());
        this.bytes = (head + body).getBytes(StandardCharsets.US_ASCII);
    }

    private void append(StringBuilder body, int item, Subscribed model) {
        String user = "Users/" + Subscribed.USER + "/Messages/";
        String clientState = new String(model.clientState(), StandardCharsets.US_ASCII);
        body.append(item == 0 ? "" : ",")
                .append("{\"id\":\"lsgTZMr9KwAAA\",\"subscriptionId\":\"")
                .append(Subscribed.SUBSCRIPTION)
                .append(
                        "\",\"subscriptionExpirationDateTime\":\"2026-01-02T03:12:18.2257768+00:00\",\"clientState\":\"");
        clientStates[item] = body.length();
        body.append(clientState)
                .append("\",\"changeType\":\"created\",\"resource\":\"")
                .append(user);
        messages[item * 3] = appendId(body);
        body.append("\",\"tenantId\":\"")
                .append(Subscribed.DIRECTORY)
                .append("\",\"resourceData\":{\"@odata.type\":\"#Microsoft.Graph.Message\",\"@odata.id\":\"")
                .append(user);
        messages[item * 3 + 1] = appendId(body);
        body.append("\",\"@odata.etag\":\"W/\\\"CQAAABYAAACQ2fKdhq8oSKEDSVrdi3lRAAGDUUXn\\\"\",\"id\":\"");
        messages[item * 3 + 2] = appendId(body);
        body.append("\"}}");
    }

    private static int appendId(StringBuilder body) {
        body.append(Subscribed.MESSAGE_ID);
        int end = body.length();
        body.append(new String(Subscribed.ofOneMessage(0), StandardCharsets.US_ASCII));
        return end;
    }

    private static void shift(int[] offsets, int by) {
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] += by;
        }
    }

    /**
     * The request as it is sent, until the next call.
     *
     * @param first the number of the first message; the others follow it
     */
    byte[] of(Subscribed mailbox, long first) {
        byte[] routing = mailbox.mailbox().k().getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(routing, 0, bytes, k, routing.length);
        byte[] clientState = mailbox.clientState();
        for (int item = 0; item < items; item++) {
            System.arraycopy(clientState, 0, bytes, clientStates[item], clientState.length);
            for (int place = item * 3; place < item * 3 + 3; place++) {
                Subscribed.write(first + item, bytes, messages[place]);
            }
        }
        return bytes;
    }
}
