package io.waybill.sources.gmail;

import java.util.stream.IntStream;

/**
 * What Gmail lets be spent, in its own units (Google: "Gmail API usage limits"): the limits are met by waiting, before Gmail has to refuse.
 * Each process counts for itself. Where N processors serve mailboxes of one Google Cloud project, give each the Nth part; a mailbox has
 * one processor at a time, so what is its user's need not be divided.
 *
 * @param unitsPerMinutePerUser for each mailbox of a project
 * @param unitsPerMinutePerProject for all mailboxes whose service accounts are of one project
 */
public record GmailQuota(int unitsPerMinutePerUser, int unitsPerMinutePerProject, Costs costs) {
    /** Of a project that has used Gmail since May 2026 at the earliest. Older ones have 15,000 per user, and pay 5 for a message. */
    public static final GmailQuota DEFAULTS = new GmailQuota(6_000, 1_200_000, Costs.DEFAULTS);

    /** Below it, what is spent at once could not be a part of it. */
    private static final int LEAST_CALLS_PER_MINUTE = 2;

    public GmailQuota {
        int least = LEAST_CALLS_PER_MINUTE * costs.highest();
        if (unitsPerMinutePerUser < least || unitsPerMinutePerProject < least) {
            throw new IllegalArgumentException("the quota of Gmail must be at least " + least + " units per minute");
        }
    }

    /** What each call costs, 1 to 10,000 units. */
    public record Costs(int messageGet, int messageList, int historyList, int profile, int watch, int stop) {
        public static final Costs DEFAULTS = new Costs(20, 5, 2, 1, 100, 50);

        private static final int MOST = 10_000;

        public Costs {
            if (IntStream.of(messageGet, messageList, historyList, profile, watch, stop)
                    .anyMatch(units -> units < 1 || units > MOST)) {
                throw new IllegalArgumentException("a call to Gmail costs 1 to " + MOST + " units");
            }
        }

        int highest() {
            return IntStream.of(messageGet, messageList, historyList, profile, watch, stop)
                    .max()
                    .orElseThrow();
        }
    }
}
