package io.waybill.cli.dlq;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import io.waybill.cli.Problem;
import io.waybill.contracts.JobHeaders;
import io.waybill.contracts.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.common.header.Header;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Show all that a dead letter says.",
        footerHeading = "%nExamples:%n",
        footer = {"  waybill dlq show ID", "  waybill dlq show ID --json"})
final class DlqShow implements Callable<Integer> {
    /** Pointers and what stands for redacted ones are flat and small. */
    private static final ObjectMapper MAPPER = Json.mapper(8, 4096);

    @Parameters(paramLabel = "ID", description = "The dead letter's id, or its job's.")
    private String id;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private Output output;

    /** One header, readable. */
    record HeaderLine(String name, String value) {}

    /** The dead letter with its pointer and headers. */
    record Shown(DeadLetterLine deadLetter, String record, JsonNode pointer, List<HeaderLine> headers, String next) {}

    @Override
    public Integer call() {
        List<DeadLetter> found = DeadLetterTable.read(connection.kafka(), DeadLetterFilter.ids(Set.of(id)))
                .letters();
        if (found.isEmpty()) {
            throw Problem.incomplete(
                    "no open dead letter has this id",
                    Output.printable(id),
                    "See `waybill dlq list` and `waybill jobs show ID`.");
        }
        Instant now = connection.surroundings().clock().instant();
        found.forEach(letter -> print(new Shown(
                DeadLetterLine.of(letter, now),
                letter.coordinates(),
                value(letter),
                headers(letter),
                next(letter, now))));
        return Exit.DONE;
    }

    private void print(Shown shown) {
        output.object(shown);
        DeadLetterLine line = shown.deadLetter();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("dead letter", line.id()));
        rows.add(List.of("record", shown.record()));
        rows.add(List.of("mailbox", line.mailbox() == null ? "not known" : line.mailbox()));
        rows.add(List.of("failed", line.code() + (line.stage() == null ? "" : " at stage " + line.stage())));
        if (line.detail() != null) {
            rows.add(List.of("detail", line.detail()));
        }
        rows.add(List.of(
                "when", line.failedAt() == null ? "not known" : line.failedAt().toString()));
        rows.add(List.of(
                "attempts",
                line.attempts() == null
                        ? "none"
                        : line.attempts() + " in generation " + line.generation()
                                + (line.attemptsTotal() == null ? "" : ", " + line.attemptsTotal() + " in all")));
        rows.add(List.of("who acts", line.actor()));
        rows.add(List.of(
                line.redacted() ? "stands for" : "pointer",
                shown.pointer() == null ? "not JSON" : shown.pointer().toString()));
        rows.forEach(row -> field(row.getFirst(), row.getLast()));
        output.line("headers");
        int width = shown.headers().stream()
                .mapToInt(header -> header.name().length())
                .max()
                .orElse(0);
        shown.headers()
                .forEach(header -> output.line(
                        "  " + header.name() + " ".repeat(width - header.name().length() + 2) + header.value()));
        field("next", shown.next());
    }

    private void field(String name, String value) {
        output.line(name + " ".repeat(14 - name.length()) + Output.printable(value));
    }

    private static String next(DeadLetter letter, Instant now) {
        if (letter.job().isEmpty()) {
            return "holds no job that could run again; when looked into: waybill dlq discard " + letter.id()
                    + " --execute";
        }
        return "when the cause is mended: waybill dlq redrive " + letter.id() + " --execute"
                + (letter.beyondHorizon(now)
                        ? " (older than " + DeadLetter.SETTLED_HORIZON.toDays()
                                + " days: every handler runs again, and its own unique key must hold)"
                        : "");
    }

    private static JsonNode value(DeadLetter letter) {
        try {
            return MAPPER.readTree(letter.value());
        } catch (IOException none) {
            return null;
        }
    }

    private static List<HeaderLine> headers(DeadLetter letter) {
        List<HeaderLine> lines = new ArrayList<>();
        for (Header header : letter.headers()) {
            lines.add(new HeaderLine(Output.printable(header.key()), readable(letter, header)));
        }
        return lines;
    }

    private static String readable(DeadLetter letter, Header header) {
        if (header.value() == null) {
            return "(null)";
        }
        String text = new String(header.value(), StandardCharsets.UTF_8);
        if (header.key().equals(JobHeaders.SOURCE_KEY) && !letter.redacted()) {
            try {
                text = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException asItIs) {
                // Shown as it is.
            }
        }
        return Output.printable(text);
    }
}
