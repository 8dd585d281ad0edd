import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Checks ({@code check}) or rewrites ({@code replace}) the format of every Java source below the current directory.
 * Run by the root pom on the toolchain's JDK; exit 1 names the files that differ and the command that mends them.
 */
final class Format {
    public static void main(String[] arguments) throws Exception {
        boolean replace = arguments[0].equals("replace");
        Formatter formatter = Formatter.createFormatter(JavaFormatterOptions.builder()
                .style(JavaFormatterOptions.Style.PALANTIR)
                .formatJavadoc(false)
                .build());
        List<Path> sources;
        try (var files = Files.walk(Path.of(""))) {
            sources = files.filter(path -> path.toString().matches("(?!.*target/).*src/.*\\.java"))
                    .sorted()
                    .toList();
        }
        boolean differs = false;
        for (Path source : sources) {
            String before = Files.readString(source);
            String after;
            try {
                after = formatter.formatSourceAndFixImports(before);
            } catch (FormatterException broken) {
                System.err.println("not parsed: " + source + ": " + broken.getMessage());
                differs = true;
                continue;
            }
            if (after.equals(before)) {
                continue;
            }
            if (replace) {
                Files.writeString(source, after);
                System.out.println("formatted: " + source);
            } else {
                System.err.println("not formatted: " + source);
                differs = true;
            }
        }
        if (differs) {
            System.err.println("Mend with: mvn -N process-sources -Dformat=replace");
            System.exit(1);
        }
    }
}
