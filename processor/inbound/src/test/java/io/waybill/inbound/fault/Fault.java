package io.waybill.inbound.fault;

/** What the processor does wrong. */
public enum Fault {
    NONE,
    /** The job's end is durable, its outcome never left. */
    OUTCOME_LOST,
    /** Two outcomes of one job. */
    OUTCOME_DOUBLED,
    /** That a job is settled is known to this process alone. */
    SETTLEMENT_LOST,
    /** The handler says that it did something, and did nothing. */
    EFFECT_LOST,
    /** A message is handled twice, as if it were two jobs with two contents. */
    EFFECT_DOUBLED,
    /** A healthy mail is refused. */
    HEALTHY_REFUSED,
    /** A word of the mail stands in the outcome. */
    CONTENT_TOLD
}
