package io.waybill.contracts;

/**
 * Why bytes are not accepted as a pointer job.
 *
 * @param code one of the codes whose dead letter is redacted
 * @param detail names the rule, never the value that broke it
 */
public record Rejection(FailureCode code, String detail) {}
