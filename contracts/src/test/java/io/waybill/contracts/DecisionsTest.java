package io.waybill.contracts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The decisions in {@code adr/} are complete, and what they say of the tree is true. */
final class DecisionsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path DECISIONS = Path.of("adr");
    private static final Path FOURTH_PROVIDER = DECISIONS.resolve("0003-a-fourth-provider.md");
    private static final Pattern QUOTED = Pattern.compile("`([^`]+/[^`]*)`");
    private static final Pattern CASE_OF_A_PROVIDER =
            Pattern.compile("case (ImapPointer|ImapAccount|MicrosoftAccount|MicrosoftPointer|GooglePointer)\\b(?!\\.)");

    @Test
    void decisions_haveAllParts() throws IOException {
        try (Stream<Path> files = Files.list(DECISIONS)) {
            List<Path> found = files.sorted().toList();
            for (int i = 0; i < found.size(); i++) {
                String name = found.get(i).getFileName().toString();
                assertTrue(name.startsWith("%04d-".formatted(i + 1)), name);
                List<String> lines = Files.readAllLines(found.get(i));
                for (String part : List.of("Date: ", "Status: ", "## Context", "## Decision", "## Consequences")) {
                    assertTrue(lines.stream().anyMatch(line -> line.startsWith(part)), name + " lacks " + part);
                }
            }
        }
    }

    @Test
    void decisions_nameWhatIsThere() throws IOException {
        for (String place : places()) {
            assertTrue(Files.exists(ROOT.resolve(place)), "the decision names " + place + ", which is not there");
        }
    }

    /** Who adds a switch over providers names it in the decision: it is a place that a fourth provider must fill. */
    @Test
    void decisions_nameEveryPlaceOfAProvider() throws IOException {
        Set<String> unnamed = new TreeSet<>(sources(CASE_OF_A_PROVIDER));
        unnamed.removeAll(places());
        assertEquals(Set.of(), unnamed, "not named in " + FOURTH_PROVIDER);
    }

    private static Set<String> places() throws IOException {
        Set<String> places = new TreeSet<>();
        Matcher quoted = QUOTED.matcher(Files.readString(FOURTH_PROVIDER));
        while (quoted.find()) {
            places.add(quoted.group(1));
        }
        assertTrue(places.size() > 5, places.toString());
        return places;
    }

    /** Main sources that contain the pattern, relative to the root. */
    private static Set<String> sources(Pattern pattern) throws IOException {
        Set<String> found = new TreeSet<>();
        for (String side : List.of("contracts", "ingress", "processor", "deploy")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(side))) {
                for (Path file : files.filter(path -> path.toString().matches(".*/src/main/.*[.]java"))
                        .toList()) {
                    if (pattern.matcher(Files.readString(file)).find()) {
                        found.add(ROOT.relativize(file).toString());
                    }
                }
            }
        }
        return found;
    }
}
