package io.waybill.sandbox.graph;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Who has a mailbox. */
final class GraphUsers {
    private final Map<String, GraphMailbox> mailboxes = new ConcurrentHashMap<>();

    void add(String user, String mail) {
        mailboxes.put(user, new GraphMailbox(user, mail, UUID.randomUUID().toString()));
    }

    void remove(String user) {
        mailboxes.remove(user);
    }

    Optional<GraphMailbox> find(String idOrMail) {
        return Optional.ofNullable(mailboxes.get(idOrMail))
                .or(() -> idOrMail.indexOf('@') < 0
                        ? Optional.empty()
                        : mailboxes.values().stream()
                                .filter(each -> each.mail().equalsIgnoreCase(idOrMail))
                                .findFirst());
    }

    /** For who prepares a test. */
    GraphMailbox get(String user) {
        return find(user).orElseThrow(() -> new IllegalArgumentException("no user " + user));
    }

    /** For who asks over HTTP. */
    GraphMailbox open(String user) throws GraphRefusal {
        GraphMailbox mailbox = find(user).orElse(null);
        if (mailbox == null) {
            throw new GraphRefusal(404, "ErrorInvalidUser", "The requested user '" + user + "' is invalid.");
        }
        if (mailbox.isDenied()) {
            throw new GraphRefusal(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.");
        }
        return mailbox;
    }
}
