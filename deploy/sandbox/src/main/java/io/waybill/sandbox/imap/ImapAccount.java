package io.waybill.sandbox.imap;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;

/** Who may log in, and their folders. */
final class ImapAccount {
    private final Map<String, ImapMailbox> folders = new ConcurrentSkipListMap<>(Map.of("INBOX", new ImapMailbox()));
    private final String login;
    private volatile String password;
    private volatile Predicate<String> tokens;

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

    boolean acceptsToken(String given) {
        Predicate<String> valid = tokens;
        return valid != null && valid.test(given);
    }

    void allowTokens(Predicate<String> valid) {
        tokens = valid;
    }

    void change(String newPassword) {
        password = newPassword;
    }
}
