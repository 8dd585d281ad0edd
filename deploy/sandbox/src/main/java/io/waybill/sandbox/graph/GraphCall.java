package io.waybill.sandbox.graph;

/** The requests there are, each with its method and its path below {@code /v1.0/}. */
public enum GraphCall {
    CREATE_SUBSCRIPTION("POST", "subscriptions"),
    LIST_SUBSCRIPTIONS("GET", "subscriptions"),
    GET_SUBSCRIPTION("GET", "subscriptions/{subscription}"),
    RENEW_SUBSCRIPTION("PATCH", "subscriptions/{subscription}"),
    DELETE_SUBSCRIPTION("DELETE", "subscriptions/{subscription}"),
    REAUTHORIZE_SUBSCRIPTION("POST", "subscriptions/{subscription}/reauthorize"),
    GET_USER("GET", "users/{user}"),
    LIST_MESSAGES("GET", "users/{user}/messages"),
    LIST_FOLDER("GET", "users/{user}/mailFolders/{folder}/messages"),
    // Before the message, which would take "delta" for an id.
    DELTA("GET", "users/{user}/mailFolders/{folder}/messages/delta"),
    GET_MESSAGE("GET", "users/{user}/messages/{message}"),
    GET_MIME("GET", "users/{user}/messages/{message}/$value"),
    /** Whatever else came. */
    OTHER("", "");

    private final String method;
    private final String template;

    GraphCall(String method, String template) {
        this.method = method;
        this.template = template;
    }

    String method() {
        return method;
    }

    String template() {
        return template;
    }
}
