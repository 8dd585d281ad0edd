package io.waybill.sources;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.Stage;

/** What a call is waiting for, so that one that runs out of time can say what held it up. */
public final class Waiting {
    public static final String ANSWER = "the mail server's answer";

    private volatile String forWhat = "a thread";

    public void on(String next) {
        forWhat = next;
    }

    /** Time is up. */
    public Failure late(Stage stage) {
        return Failure.of(FailureCode.DEADLINE_EXCEEDED, stage, "time was up while waiting for " + forWhat);
    }
}
