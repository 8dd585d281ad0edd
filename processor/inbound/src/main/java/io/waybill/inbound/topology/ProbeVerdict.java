package io.waybill.inbound.topology;

import io.waybill.contracts.Stage;
import io.waybill.inbound.execute.Completion;

/** What the end of a probe says of the cause that it probed. */
enum ProbeVerdict {
    /** The cause is gone. */
    HEALED,
    /** The probe failed for that cause again. */
    PARKED,
    /** Nothing: the probe did not come as far. */
    UNTOLD;

    static ProbeVerdict of(ParkCause cause, Completion completion, Row row) {
        return switch (completion) {
            case Completion.Handled _, Completion.Listed _ -> HEALED;
            case Completion.Skipped _ -> cause.kind() == ParkCause.Kind.HANDLER ? UNTOLD : HEALED;
            case Completion.Failed failed ->
                switch (failed.failure().code().disposition()) {
                    case PARK_MAILBOX, PARK_HANDLER ->
                        ParkCause.of(failed, row.mailbox()).equals(cause) ? PARKED : passed(cause, failed);
                    case RETRY, DEAD_LETTER -> passed(cause, failed);
                };
        };
    }

    /** It failed of something else: beyond what it was to probe, or before. */
    private static ProbeVerdict passed(ParkCause cause, Completion.Failed failed) {
        boolean beyond = switch (cause.kind()) {
            case MAILBOX, PAUSED -> isFetched(failed.failure().stage());
            case HANDLER -> failed.handler().filter(cause.name()::equals).isPresent() || isDone(cause, failed);
        };
        return beyond ? HEALED : UNTOLD;
    }

    private static boolean isFetched(Stage failedAt) {
        return switch (failedAt) {
            case DECODE, RESOLVE, FETCH, LIST -> false;
            case PARSE, HANDLE -> true;
        };
    }

    private static boolean isDone(ParkCause cause, Completion.Failed failed) {
        var state = failed.handlers().get(cause.name());
        return state != null && state.done();
    }
}
