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
import java.util.Optional;

/**
 * A mail of the demo and the outcomes that it must have, one per generation. Throws {@link Problem} where the mail cannot be read.
 *
 * @param name for the table
 * @param file the mail
 * @param way how it comes
 * @param after the sample that must be settled before it is sent; empty: it goes with the first
 * @param expected by generation
 */
record Sample(String name, Path file, Way way, Optional<String> after, List<Expected> expected) {
    /** Larger ones are for a load test; the processor refuses them anyway. */
    private static final long MAX_BYTES = 64L * 1024 * 1024;

    /** How a sample comes. */
    enum Way {
        /** Sent by SMTP. */
        SENT,
        /** Sent, and its pointer is announced three times more. */
        ANNOUNCED,
        /** Sent before anything listens, deleted at once, announced later. */
        DELETED,
        /** Put into the mailbox's other folder. */
        FILED,
        /** The folder of {@link #FILED} is made anew with the same mail in it: its UIDVALIDITY is another. */
        RENUMBERED,
        /** Comes into the mailbox in Microsoft 365, and Graph announces it, twice. */
        GRAPH,
        /** Comes into the mailbox in Google Workspace, and Pub/Sub pushes that it changed. */
        GMAIL,
        /** Likewise, but the push is lost: the listing that the next one asks for finds it. */
        GMAIL_UNANNOUNCED
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
                own(folder, "plain", Way.SENT, created(1)),
                own(folder, "attachments", Way.SENT, created(1)),
                own(folder, "html-only", Way.SENT, created(1)),
                own(folder, "many-languages", Way.SENT, created(1)),
                own(folder, "auto-reply", Way.SENT, created(1)),
                own(folder, "announced-three-times", Way.ANNOUNCED, created(1)),
                own(folder, "deleted-before-fetch", Way.DELETED, skipped(SkipCode.MESSAGE_GONE)),
                own(folder, "fails-twice", Way.SENT, created(3)),
                own(folder, "refused-then-redriven", Way.SENT, refused(), created(1)),
                own(folder, "order", Way.FILED, created(1)),
                own(folder, "answer-first", Way.SENT, created(1)),
                own(folder, "late-original", Way.SENT, commented()).after("answer-first"),
                own(folder, "reply", Way.SENT, commented()).after("plain"),
                own(folder, "outsider", Way.SENT, created(1)).after("plain"),
                own(folder, "bounce", Way.SENT, commented()).after("plain"),
                own(folder, "order", Way.RENUMBERED, skipped(SkipCode.SAME_MESSAGE))
                        .named("order-renumbered")
                        .after("order"),
                own(folder, "graph-request", Way.GRAPH, created(1)),
                own(folder, "graph-reply", Way.GRAPH, commented()).after("graph-request"),
                own(folder, "gmail-unannounced", Way.GMAIL_UNANNOUNCED, created(1)),
                own(folder, "gmail-request", Way.GMAIL, created(1))));
        for (Path file : further) {
            // What becomes of a mail of yours is yours to judge, but it must be taken in.
            samples.add(new Sample(
                    file.getFileName().toString(),
                    file,
                    Way.SENT,
                    Optional.empty(),
                    List.of(new Expected(Result.HANDLED, null, null, 0))));
        }
        return List.copyOf(samples);
    }

    private static Sample own(Path folder, String name, Way way, Expected... expected) {
        return new Sample(name, folder.resolve(name + ".eml"), way, Optional.empty(), List.of(expected));
    }

    private Sample after(String other) {
        return new Sample(name, file, way, Optional.of(other), expected);
    }

    private Sample named(String other) {
        return new Sample(other, file, way, after, expected);
    }

    private static Expected created(int attempts) {
        return new Expected(Result.HANDLED, null, "created", attempts);
    }

    private static Expected commented() {
        return new Expected(Result.HANDLED, null, "commented", 1);
    }

    private static Expected skipped(SkipCode code) {
        return new Expected(Result.SKIPPED, code.name(), null, 0);
    }

    private static Expected refused() {
        return new Expected(Result.DEAD_LETTERED, FailureCode.HANDLER_REFUSED.name(), null, 1);
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
