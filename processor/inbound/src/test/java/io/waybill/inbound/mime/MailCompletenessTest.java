package io.waybill.inbound.mime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.inbound.mime.AngusReading.Leaf;
import io.waybill.inbound.mime.GeneratedMail.Expected;
import io.waybill.inbound.mime.GeneratedMail.Part;
import io.waybill.inbound.mime.ParserTrial.ReadFile;
import io.waybill.inbound.mime.ParserTrial.Reading;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing of a mail gets lost: what was put in, and what a second parser finds, is in the result or named as omitted. Mails come from
 * a generator and a mutator. A failure names the seed that makes its mail again; {@code -Dwaybill.mails=N} tries N of each kind.
 */
class MailCompletenessTest {
    private static final int MAILS = Integer.getInteger("waybill.mails", 1_000);
    private static final Path SAMPLES = Path.of("..", "..", "deploy", "samples");

    private static final String EPILOGUE = "What follows the last part is left out.";

    private static final Pattern STRUCTURE =
            Pattern.compile("^(--[=A-Za-z]|Content-|\\s*(file)?name\\S*=|\\s*charset)", Pattern.MULTILINE);

    private static final Pattern ENCODING =
            Pattern.compile("^content-transfer-encoding:([^\r\n]*)", Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);
    private static final Set<String> ENCODINGS = Set.of("7bit", "8bit", "binary", "base64", "quoted-printable");

    @TempDir
    Path directory;

    @Test
    void read_generatedMails_everythingIsThere() throws Exception {
        try (ParserTrial trial = new ParserTrial(directory)) {
            for (int seed = 0; seed < MAILS; seed++) {
                GeneratedMail mail = MailGenerator.mail(new Random(seed));
                try {
                    Reading reading = trial.read(mail.bytes()).orElseThrow();
                    assertEquals(mail.epilogue() ? List.of(EPILOGUE) : List.of(), reading.omissions());
                    assertAsGenerated(mail.expected(), reading);
                    List<Leaf> leaves = AngusReading.of(mail.bytes(), MimeBounds.DEFAULT.depth());
                    assertEquals(mail.parts().size(), leaves.size(), "the second parser reads other parts");
                    assertComplete(leaves, reading);
                } catch (AssertionError | Exception failed) {
                    throw new AssertionError("seed " + seed, failed);
                }
            }
        }
    }

    @Test
    void read_mutatedMails_nothingBreaksAndNothingThatIsWholeGetsLost() throws Exception {
        List<byte[]> samples = samples();
        int compared = 0;
        try (ParserTrial trial = new ParserTrial(directory)) {
            for (int seed = 0; seed < MAILS; seed++) {
                Random random = new Random(seed);
                byte[] whole = seed % 2 == 0
                        ? samples.get(random.nextInt(samples.size()))
                        : MailGenerator.mail(random).bytes();
                byte[] mail = MailMutator.mutate(whole, random);
                try {
                    Optional<Reading> reading = trial.read(mail);
                    if (reading.isPresent() && compare(mail, reading.get())) {
                        compared++;
                    }
                } catch (AssertionError | Exception failed) {
                    throw new AssertionError("seed " + seed, failed);
                }
            }
        }
        assertTrue(compared > MAILS / 3, "compared with the second parser: only " + compared);
    }

    private static List<byte[]> samples() throws IOException {
        List<byte[]> samples = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(SAMPLES, "*.eml")) {
            for (Path file : files) {
                samples.add(Files.readAllBytes(file));
            }
        }
        assertTrue(samples.size() > 3, "samples in " + SAMPLES.toAbsolutePath());
        return samples;
    }

    private static void assertAsGenerated(Expected expected, Reading reading) {
        assertEquals(expected.text(), reading.text());
        assertEquals(expected.html(), reading.html());
        assertEquals(
                expected.files().stream().map(Part::mediaType).toList(),
                reading.files().stream().map(ReadFile::mediaType).toList());
        for (int i = 0; i < expected.files().size(); i++) {
            Part part = expected.files().get(i);
            ReadFile file = reading.files().get(i);
            assertArrayEquals(part.content(), file.content(), part.mediaType());
            part.name().ifPresent(name -> assertEquals(FileNames.withExtension(name, part.mediaType()), file.name()));
        }
    }

    /** Whether both parsers see the same structure, and so everything that is whole was compared. */
    private static boolean compare(byte[] mail, Reading reading) {
        List<Leaf> leaves;
        try {
            leaves = AngusReading.of(mail, MimeBounds.DEFAULT.depth());
        } catch (MessagingException | IOException | RuntimeException gaveUp) {
            return false;
        }
        if (!sameLines(mail) || !knownEncodings(mail)) {
            return false;
        }
        boolean nothing = reading.text().isEmpty()
                && reading.html().isEmpty()
                && reading.files().isEmpty()
                && reading.omissions().isEmpty();
        // A leaf with boundaries in it is a header without an end for the one, and a body for the other.
        assertTrue(
                !nothing || leaves.stream().allMatch(leaf -> isBlank(leaf) || holdsStructure(lines(leaf.content()))),
                "all of it is lost");
        if (!sameStructure(leaves, reading)) {
            return false;
        }
        assertComplete(leaves, reading);
        return true;
    }

    /** Whether both parsers agree on what a line of each header is: for the second one a CR within a line ends it. */
    private static boolean sameLines(byte[] mail) {
        String text = new String(mail, StandardCharsets.ISO_8859_1);
        if (!text.contains("\n")) {
            return true;
        }
        boolean inHeader = true;
        for (String ended : text.split("\n", -1)) {
            String line = ended.endsWith("\r") ? ended.substring(0, ended.length() - 1) : ended;
            inHeader = line.startsWith("--") || (inHeader && !line.isEmpty());
            if (inHeader && line.contains("\r")) {
                return false;
            }
        }
        return true;
    }

    /** What is encoded in a way that has no name is kept as it is; the second parser takes a guess. */
    private static boolean knownEncodings(byte[] mail) {
        return ENCODING.matcher(new String(mail, StandardCharsets.ISO_8859_1))
                .results()
                .allMatch(field -> ENCODINGS.contains(field.group(1).strip().toLowerCase(Locale.ROOT)));
    }

    /** Whether the files of the reading are bodies of the same kinds in the same order, and its texts are all that is besides. */
    private static boolean sameStructure(List<Leaf> leaves, Reading reading) {
        boolean mixedUp = reading.text().stream().anyMatch(MailCompletenessTest::holdsStructure)
                || reading.html().stream().anyMatch(MailCompletenessTest::holdsStructure)
                || leaves.stream()
                        .filter(leaf -> !leaf.mediaType().equals("message/rfc822"))
                        // In its bytes too: a charset may make another text of a field that the second parser took for
                        // text.
                        .anyMatch(leaf -> holdsStructure(text(leaf)) || holdsStructure(lines(leaf.content())));
        if (mixedUp) {
            return false;
        }
        Iterator<ReadFile> files = reading.files().iterator();
        Optional<ReadFile> next = next(files);
        int beside = 0;
        for (Leaf leaf : leaves) {
            if (next.isPresent() && next.get().mediaType().equals(leaf.mediaType())) {
                next = next(files);
            } else if (!leaf.mediaType().startsWith("text/")) {
                // The second parser could not read its type, and so does not know its charset.
                return false;
            } else if (!isBlank(leaf)) {
                beside++;
            }
        }
        long texts = reading.text().stream().count() + reading.html().stream().count();
        return next.isEmpty() && beside == texts;
    }

    private static boolean isBlank(Leaf leaf) {
        return text(leaf).isBlank();
    }

    private static String text(Leaf leaf) {
        return lines(MailCharsets.decode(leaf.content(), leaf.charset()).replace("\0", ""));
    }

    /** Whether one of the parsers took boundaries or fields for text: then they do not agree on where a body begins or ends. */
    private static boolean holdsStructure(String text) {
        return STRUCTURE.matcher(text).find();
    }

    /** A mail whose lines end in CR alone is read as one of CRLF. */
    private static String lines(String text) {
        return text.replace("\r\n", "\n").replace('\r', '\n');
    }

    private static String lines(byte[] content) {
        return lines(new String(content, StandardCharsets.ISO_8859_1));
    }

    private static Optional<ReadFile> next(Iterator<ReadFile> files) {
        return files.hasNext() ? Optional.of(files.next()) : Optional.empty();
    }

    /** Each body of the second parser is the text, the HTML, a file, blank or named as left out. */
    private static void assertComplete(List<Leaf> leaves, Reading reading) {
        List<String> files = new ArrayList<>();
        reading.files().forEach(file -> files.add(lines(file.content())));
        List<String> texts = new ArrayList<>();
        reading.text().map(MailCompletenessTest::lines).ifPresent(texts::add);
        reading.html().map(MailCompletenessTest::lines).ifPresent(texts::add);
        boolean named = reading.omissions().stream().anyMatch(omission -> !omission.equals(EPILOGUE));
        for (Leaf leaf : leaves) {
            boolean found = files.remove(lines(leaf.content()))
                    || texts.stream().anyMatch(text -> text.contains(text(leaf)))
                    || isBlank(leaf);
            assertTrue(
                    found || !leaf.whole() || named,
                    () -> "lost: " + leaf.mediaType() + " of " + leaf.content().length + " bytes");
        }
    }
}
