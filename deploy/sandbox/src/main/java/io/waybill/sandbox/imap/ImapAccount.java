package io.waybill.sandbox.imap;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** Who may log in, and their folders. */
final class ImapAccount {
    private final Map<String, ImapMailbox> folders = new ConcurrentSkipListMap<>(Map.of("INBOX", new ImapMailbox()));
    private final String login;
    private volatile String password;

    ImapAccount(String login, String password) {
        this.login = login;
        this.password = password;
    }

    String login() {
        return login;
    }

    Map<String, ImapMailbox> folders() {
        return folders;
    }

    boolean accepts(String given) {
        return password.equals(given);
    }

    void change(String newPassword) {
        password = newPassword;
    }
}
