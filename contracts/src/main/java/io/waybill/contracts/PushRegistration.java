package io.waybill.contracts;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A Pub/Sub subscription that pushes to {@code ingress/google}, and what proves its pushes: a value of {@code mail.controls}. It speaks
 * for the mailboxes that publish to its topic, and for no other.
 *
 * @param k random routing id in the push endpoint's URL; not a secret and never authentication
 * @param topic {@code projects/PROJECT/topics/TOPIC}
 * @param subscription {@code projects/PROJECT/subscriptions/SUBSCRIPTION}: what each push names
 * @param audience what the pushes' tokens are made for
 * @param serviceAccount the address of the service account that the tokens are of
 */
@JsonPropertyOrder({"k", "topic", "subscription", "audience", "serviceAccount"})
public record PushRegistration(String k, String topic, String subscription, String audience, String serviceAccount) {
    /** The first part of the record key; {@code k} is the other. */
    static final String KIND = "push-registration";

    /** As Google Cloud allows them: a project, and a name of 3 to 255 characters. */
    private static final String PROJECT = "projects/[a-z][a-z0-9.:-]{1,254}/";

    private static final String NAME = "[A-Za-z][A-Za-z0-9._~+%-]{2,254}";
    private static final Pattern TOPIC = Pattern.compile(PROJECT + "topics/" + NAME);
    private static final Pattern SUBSCRIPTION = Pattern.compile(PROJECT + "subscriptions/" + NAME);

    public PushRegistration {
        Text.requireToken("k", Objects.requireNonNull(k, "k"), 64);
        requireTopic(topic);
        if (subscription == null || !SUBSCRIPTION.matcher(subscription).matches()) {
            throw new IllegalArgumentException("subscription must be projects/PROJECT/subscriptions/SUBSCRIPTION");
        }
        Text.requireToken("audience", Objects.requireNonNull(audience, "audience"), 1024);
        Text.requireToken("serviceAccount", Objects.requireNonNull(serviceAccount, "serviceAccount"), 320);
    }

    static void requireTopic(String topic) {
        if (topic == null || !TOPIC.matcher(topic).matches()) {
            throw new IllegalArgumentException("topic must be projects/PROJECT/topics/TOPIC");
        }
    }

    /** The record key. */
    @JsonIgnore
    public String key() {
        return key(k);
    }

    /** The record key of the registration with that routing id. */
    public static String key(String k) {
        return KIND + "/" + k;
    }
}
