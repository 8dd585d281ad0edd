package io.waybill.cli.demo;

import io.waybill.cli.Problem;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.JobOutcome.Result;
import io.waybill.contracts.SkipCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A mail of the demo and the outcomes that it must have, one per generation. Throws {@link Problem} where the mail cannot be read.
 *
 * @param name for the table
 * @param file the mail
 * @param step when it is sent
 * @param expected by generation
 */
record Sample(String name, Path file, Step step, List<Expected> expected) {
    /** Larger ones are for a load test; the processor refuses them anyway. */
    private static final long MAX_BYTES = 64L * 1024 * 1024;

    /** When a sample is sent. */
    enum Step {
        /** Before anything listens; deleted at once, announced later. */
        DELETED,
        /** With the others. */
        FIRST,
        /** As {@link #FIRST}, and its pointer is announced three times more. */
        ANNOUNCED,
        /** When the first one is settled, which it answers. */
        REPLY
    }

    Sample {
        expected = List.copyOf(expected);
        eml(file);
    }

    /** The mail. */
    byte[] eml() {
        return eml(file);
    }

    /** The demo's own mails in the folder, then the user's. */
    static List<Sample> all(Path folder, List<Path> further) {
        List<Sample> samples = new ArrayList<>(List.of(
                own(folder, "plain", Step.FIRST, handled(1)),
                own(folder, "attachments", Step.FIRST, handled(1)),
                own(folder, "announced-three-times", Step.ANNOUNCED, handled(1)),
                own(folder, "deleted-before-fetch", Step.DELETED, skipped(SkipCode.MESSAGE_GONE)),
                own(folder, "fails-twice", Step.FIRST, handled(3)),
                own(folder, "refused-then-redriven", Step.FIRST, refused(), handled(1)),
                own(folder, "reply", Step.REPLY, handled(1))));
        for (Path file : further) {
            // What becomes of a mail of yours is yours to judge, but it must be taken in.
            samples.add(new Sample(
                    file.getFileName().toString(), file, Step.FIRST, List.of(new Expected(Result.HANDLED, null, 0))));
        }
        return List.copyOf(samples);
    }

    private static Sample own(Path folder, String name, Step step, Expected... expected) {
        return new Sample(name, folder.resolve(name + ".eml"), step, List.of(expected));
    }

    private static Expected handled(int attempts) {
        return new Expected(Result.HANDLED, null, attempts);
    }

    private static Expected skipped(SkipCode code) {
        return new Expected(Result.SKIPPED, code.name(), 0);
    }

    private static Expected refused() {
        return new Expected(Result.DEAD_LETTERED, FailureCode.HANDLER_REFUSED.name(), 1);
    }

    private static byte[] eml(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw Problem.usage("larger than 64 MiB", file.toString(), "Take a smaller mail for the demo.");
            }
            byte[] eml = Files.readAllBytes(file);
            if (eml.length == 0) {
                throw Problem.usage(
                        "an empty file is no mail", file.toString(), "Save a mail as .eml and name that file.");
            }
            return eml;
        } catch (IOException cannot) {
            throw Problem.usage(
                    "cannot read a mail (" + cannot.getClass().getSimpleName() + ")",
                    file.toString(),
                    "Name a readable .eml file: --mail FILE.eml");
        }
    }
}
