import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Checks ({@code check}) or rewrites ({@code replace}) the format of every Java source below the current directory. What was found to
 * be in order once is not looked at again until it changes. Run by the root pom on the toolchain's JDK; exit 1 names the files that
 * differ and the command that mends them.
 */
final class Format {
    private static final Path KNOWN = Path.of("target", "formatter", "in-order");

    private final boolean replace;
    private final Set<String> before;
    private final Set<String> inOrder = new ConcurrentSkipListSet<>();
    private final AtomicBoolean differs = new AtomicBoolean();

    private Format(boolean replace, Set<String> before) {
        this.replace = replace;
        this.before = before;
    }

    public static void main(String[] arguments) throws Exception {
        List<Path> sources;
        try (var files = Files.walk(Path.of(""))) {
            sources = files.filter(path -> path.toString().matches("(?!.*target/).*src/.*\\.java"))
                    .sorted()
                    .toList();
        }
        Format format = new Format(
                arguments[0].equals("replace"),
                Files.exists(KNOWN) ? new TreeSet<>(Files.readAllLines(KNOWN)) : new TreeSet<>());
        sources.parallelStream().forEach(format::look);
        Files.write(KNOWN, format.inOrder);
        if (format.differs.get()) {
            System.err.println("Mend with: mvn -N process-sources -Dformat=replace");
            System.exit(1);
        }
    }

    private void look(Path source) {
        try {
            String text = Files.readString(source);
            String name = source + " " + Integer.toHexString(text.hashCode()) + " " + text.length();
            if (before.contains(name)) {
                inOrder.add(name);
                return;
            }
            String formatted = formatter().formatSourceAndFixImports(text);
            if (formatted.equals(text)) {
                inOrder.add(name);
            } else if (replace) {
                Files.writeString(source, formatted);
                System.out.println("formatted: " + source);
            } else {
                System.err.println("not formatted: " + source);
                differs.set(true);
            }
        } catch (FormatterException broken) {
            System.err.println("not parsed: " + source + ": " + broken.getMessage());
            differs.set(true);
        } catch (IOException unreadable) {
            System.err.println("not read: " + source + ": " + unreadable);
            differs.set(true);
        }
    }

    private static Formatter formatter() throws FormatterException {
        return Formatter.createFormatter(JavaFormatterOptions.builder()
                .style(JavaFormatterOptions.Style.PALANTIR)
                .formatJavadoc(false)
                .build());
    }
}
