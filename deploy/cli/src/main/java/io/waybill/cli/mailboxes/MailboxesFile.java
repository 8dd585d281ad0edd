package io.waybill.cli.mailboxes;

import io.waybill.cli.Problem;
import io.waybill.contracts.PushRegistration;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A mailboxes.yml that was read: its mailboxes and push registrations, or all of its mistakes at once.
 *
 * @param entries the mailboxes, in the file's order; empty where there are mistakes
 * @param pushRegistrations likewise
 * @param mistakes in the order of their lines; empty in a right file
 */
public record MailboxesFile(
        List<MailboxEntry> entries, List<PushRegistration> pushRegistrations, List<Mistake> mistakes) {
    /** A file that asks for nothing. */
    public static final MailboxesFile NONE = new MailboxesFile(List.of(), List.of(), List.of());

    /** 10,000 mailboxes of 400 characters; the YAML parser's own limit is 3 MiB as well. */
    private static final int MAX_BYTES = 3 * 1024 * 1024;

    /** Nobody reads more; the rest shows once these are mended. */
    private static final int MAX_MISTAKES = 100;

    /**
     * Reads and checks a file, without any connection. Throws {@link Problem} where it cannot be read at all.
     *
     * @param handlers names of the handlers that the processors have
     * @param clock tells what is in the future
     */
    public static MailboxesFile read(Path file, Set<String> handlers, Clock clock) {
        return parse(file.toString(), text(file), handlers, clock);
    }

    static MailboxesFile parse(String file, String text, Set<String> handlers, Clock clock) {
        YamlDocument document = YamlDocument.parse(file, text);
        List<Mistake> mistakes = new ArrayList<>(document.mistakes());
        List<MailboxEntry> entries = List.of();
        List<PushRegistration> registrations = List.of();
        if (!document.root().isMissingNode()) {
            mistakes.addAll(new MailboxesSchema().check(document));
            MailboxesReader reader = new MailboxesReader(document, handlers, clock.instant());
            entries = reader.read();
            registrations = reader.readPushRegistrations();
            mistakes.addAll(reader.mistakes());
            if (mistakes.isEmpty()) {
                mistakes.addAll(reader.unusable());
            }
        }
        return mistakes.isEmpty()
                ? new MailboxesFile(entries, registrations, List.of())
                : new MailboxesFile(List.of(), List.of(), sort(mistakes));
    }

    /** This file, which is right; throws {@link Problem} that tells all mistakes. */
    public MailboxesFile rightOrProblem() {
        if (!mistakes.isEmpty()) {
            throw Problem.usage(
                    mistakes.size() == 1 ? "1 mistake" : mistakes.size() + " mistakes",
                    mistakes.stream().map(Mistake::toString).collect(Collectors.joining("\n     ")),
                    "Mend the file; `waybill mailboxes check` reads it without applying it.");
        }
        return this;
    }

    private static List<Mistake> sort(List<Mistake> mistakes) {
        // A fraction is a wrong type and out of range: one of both is enough.
        Set<String> told = new HashSet<>();
        return mistakes.stream()
                .sorted(Comparator.comparingInt(Mistake::line)
                        .thenComparingInt(Mistake::column)
                        .thenComparing(Mistake::field))
                .filter(mistake -> mistake.wanted().isEmpty() || told.add(mistake.field() + " " + mistake.wanted()))
                .limit(MAX_MISTAKES)
                .toList();
    }

    private static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw unreadable(file, "larger than " + MAX_BYTES + " bytes");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (NoSuchFileException none) {
            throw unreadable(file, "no such file");
        } catch (CharacterCodingException other) {
            throw unreadable(file, "not UTF-8");
        } catch (IOException other) {
            throw unreadable(file, other.getClass().getSimpleName());
        }
    }

    private static Problem unreadable(Path file, String why) {
        return Problem.usage(
                "cannot read the mailboxes: " + why,
                file.toString(),
                "Name a YAML file in UTF-8; deploy/samples/mailboxes.yml is an example.");
    }
}
