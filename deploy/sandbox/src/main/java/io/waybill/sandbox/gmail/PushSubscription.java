package io.waybill.sandbox.gmail;

import java.net.URI;

/**
 * Where Pub/Sub pushes to, and as whom.
 *
 * @param name {@code projects/PROJECT/subscriptions/SUBSCRIPTION}
 * @param topic {@code projects/PROJECT/topics/TOPIC}; need not be of the same project
 * @param audience what the pushes' tokens are made for; null for the endpoint itself, as in Pub/Sub
 * @param serviceAccount the address that the tokens are of
 */
public record PushSubscription(String name, String topic, URI endpoint, String audience, String serviceAccount) {
    public PushSubscription {
        require(name != null && PubSub.SUBSCRIPTION.matcher(name).matches(), "no name of a subscription: " + name);
        require(topic != null && PubSub.TOPIC.matcher(topic).matches(), "no name of a topic: " + topic);
        require(endpoint != null && endpoint.getHost() != null, "no URL to push to: " + endpoint);
        require(serviceAccount != null, "no service account");
        audience = audience == null ? endpoint.toString() : audience;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
