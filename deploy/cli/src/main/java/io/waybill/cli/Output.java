package io.waybill.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import com.github.freva.asciitable.OverflowBehaviour;
import io.waybill.contracts.Json;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What a verb prints, as a mixin: results to standard output, as tables or with {@code --json} as one object per line; progress and
 * warnings to standard error.
 */
public final class Output {
    /** A line is an object of ours; longer texts are cut before they come here. */
    private static final ObjectMapper JSON = Json.mapper(32, 1 << 20);

    /** Controls of ASCII and of ISO 6429 (a lone U+009B begins an escape sequence too), and what Unicode ends lines with. */
    private static final Pattern DRIVING = Pattern.compile("[\\p{Cc}\\u2028\\u2029]+");

    /** Marks, embeddings, overrides and isolates of the bidirectional algorithm; UAX 9. */
    private static final Pattern TURNING = Pattern.compile("[\\u061C\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069]");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec verb;

    @Option(names = "--json", order = 90, description = "One JSON object per line instead of tables.")
    private boolean json;

    /** Whether results are wanted as JSON lines. */
    public boolean json() {
        return json;
    }

    public boolean quiet() {
        return Waybill.quiet(verb);
    }

    public boolean verbose() {
        return Waybill.verbose(verb);
    }

    /** Whether bars and rewritten lines are welcome. */
    public boolean terminal() {
        return Waybill.surroundings(verb).terminal() && !json && !quiet();
    }

    /** A line of results for people; left out with {@code --json}. */
    public void line(String text) {
        if (!json) {
            out().println(text);
        }
    }

    /** One result as a JSON line; left out without {@code --json}. */
    public void object(Object value) {
        if (json) {
            try {
                out().println(JSON.writeValueAsString(value));
            } catch (JsonProcessingException wrongType) {
                throw new IllegalArgumentException(
                        "not writable as JSON: " + value.getClass().getName(), wrongType);
            }
        }
    }

    /** A line of progress, on standard error; left out with {@code -q}. */
    public void progress(String text) {
        if (!quiet()) {
            err().println(text);
        }
    }

    /** A line of detail, on standard error, only with {@code -v}. */
    public void detail(String text) {
        if (verbose()) {
            err().println(text);
        }
    }

    /** Something to look at that does not stop the verb. */
    public void warning(String text) {
        err().println(style("fg(yellow)", "warning: ") + text);
    }

    /**
     * Rows under headings, in columns; left out with {@code --json}. A heading that ends in {@code >} names a column of numbers, set
     * to the right.
     */
    public void table(List<String> headings, List<List<String>> rows) {
        if (json) {
            return;
        }
        List<ColumnData<List<String>>> columns = new ArrayList<>();
        for (int i = 0; i < headings.size(); i++) {
            int index = i;
            String heading = headings.get(i);
            boolean numbers = heading.endsWith(">");
            HorizontalAlign align = numbers ? HorizontalAlign.RIGHT : HorizontalAlign.LEFT;
            columns.add(new Column()
                    .header((numbers ? heading.substring(0, heading.length() - 1) : heading).toUpperCase(Locale.ROOT))
                    .headerAlign(align)
                    .dataAlign(align)
                    .maxWidth(80, OverflowBehaviour.ELLIPSIS_RIGHT)
                    .with(row -> printable(row.get(index))));
        }
        AsciiTable.builder()
                .border(AsciiTable.NO_BORDERS)
                .data(rows, columns)
                .asString()
                .lines()
                .map(String::stripTrailing)
                .filter(row -> !row.isEmpty())
                .forEach(out()::println);
    }

    /** The text in a style of picocli's ({@code bold}, {@code fg(green)} …) where colour is welcome. */
    public String style(String style, String text) {
        return Waybill.surroundings(verb).colour() ? Ansi.ON.string("@|" + style + " " + text + "|@") : text;
    }

    /**
     * Text of foreign origin may hold line ends and escape sequences that drive a terminal: they become blanks. Characters that turn
     * the direction of writing make a text read as another one than it is: they are named.
     */
    public static String printable(String text) {
        if (text == null) {
            return "";
        }
        String still = DRIVING.matcher(text).replaceAll(" ");
        return TURNING.matcher(still)
                .replaceAll(found -> String.format(
                        Locale.ROOT, "<U+%04X>", (int) found.group().charAt(0)));
    }

    public PrintWriter out() {
        return verb.commandLine().getOut();
    }

    public PrintWriter err() {
        return verb.commandLine().getErr();
    }
}
