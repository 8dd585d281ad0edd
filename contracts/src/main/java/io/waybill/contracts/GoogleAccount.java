package io.waybill.contracts;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A mailbox of Google Workspace, read through the Gmail API by a service account that acts for its user (domain-wide delegation), with
 * the scope {@code gmail.readonly}.
 *
 * @param credentials where the service account's JSON key is
 * @param subject the user's address, in lower case: whom the service account acts for, and whom pushes name
 * @param topic the Pub/Sub topic that Gmail publishes to, {@code projects/PROJECT/topics/TOPIC}; null for none: then the mailbox is
 *     listed often instead
 */
@JsonPropertyOrder({"credentials", "subject", "topic"})
public record GoogleAccount(CredentialReference credentials, String subject, String topic) implements MailboxSource {
    private static final Pattern ADDRESS = Pattern.compile("[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9.-]{1,253}");

    public GoogleAccount {
        Objects.requireNonNull(credentials, "credentials");
        subject = subject == null ? "" : subject.toLowerCase(Locale.ROOT);
        if (!ADDRESS.matcher(subject).matches()) {
            throw new IllegalArgumentException("subject must be the user's address");
        }
        if (topic != null) {
            PushRegistration.requireTopic(topic);
        }
    }

    @Override
    public Provider provider() {
        return Provider.GOOGLE;
    }

    /** Gmail has labels, and one history for all of them: what comes into the inbox is taken. */
    @Override
    @JsonIgnore
    public List<String> folders() {
        return List.of("INBOX");
    }
}
