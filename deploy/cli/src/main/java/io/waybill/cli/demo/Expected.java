package io.waybill.cli.demo;

import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.JobOutcome.HandlerState;
import io.waybill.contracts.JobOutcome.Result;

/**
 * One outcome that a sample must have.
 *
 * @param result how it ends
 * @param code of a skip or failure; null where there is none or any will do
 * @param effect what {@code tickets} makes of it; null: anything
 * @param attempts how many it takes; 0: any number
 */
record Expected(Result result, String code, String effect, int attempts) {
    /** Whether the outcome is as expected. */
    boolean matches(JobOutcome outcome) {
        return outcome.result() == result
                && (code == null || code.equals(outcome.code()))
                && (effect == null || effect.equals(effectOf(outcome)))
                && (attempts == 0 || attempts == outcome.attempts().size());
    }

    private static String effectOf(JobOutcome outcome) {
        HandlerState tickets = outcome.handlers().get("tickets");
        return tickets == null ? "" : tickets.effect();
    }

    @Override
    public String toString() {
        return result.word()
                + (code == null ? "" : " " + code)
                + (effect == null ? "" : " (" + effect + ")")
                + (attempts == 0 ? "" : " after " + attempts + (attempts == 1 ? " attempt" : " attempts"));
    }
}
