package io.waybill.contracts;

import java.time.Instant;

/**
 * A record of one re-drive: the value of {@code mail.redrives}.
 *
 * @param redriveId random
 * @param by who
 * @param at when
 * @param filter what was asked for, as typed
 * @param matched dead letters that matched
 * @param redriven of these, put back to work
 * @param left of these, left alone: redacted, or closed by somebody else meanwhile
 */
public record Redrive(String redriveId, String by, Instant at, String filter, int matched, int redriven, int left) {}
