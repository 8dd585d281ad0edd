package io.waybill.sandbox.gmail;

/** The requests there are, each with its method, its path and, in a new project of Google's, its price. */
public enum GmailCall {
    WATCH("POST", "gmail/v1/users/{user}/watch", 100),
    STOP("POST", "gmail/v1/users/{user}/stop", 50),
    GET_PROFILE("GET", "gmail/v1/users/{user}/profile", 1),
    LIST_HISTORY("GET", "gmail/v1/users/{user}/history", 2),
    LIST_MESSAGES("GET", "gmail/v1/users/{user}/messages", 5),
    GET_MESSAGE("GET", "gmail/v1/users/{user}/messages/{message}", 20),
    /** The keys that pushes are signed with: no call of Gmail's, and free. */
    GET_CERTS("GET", "oauth2/v3/certs", 0),
    /** Whatever else came. */
    OTHER("", "", 0);

    private final String method;
    private final String template;
    private final int units;

    GmailCall(String method, String template, int units) {
        this.method = method;
        this.template = template;
        this.units = units;
    }

    String method() {
        return method;
    }

    String template() {
        return template;
    }

    /** Quota units. */
    int units() {
        return units;
    }
}
