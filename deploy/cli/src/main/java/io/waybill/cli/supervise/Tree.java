package io.waybill.cli.supervise;

import io.waybill.cli.Problem;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;

/**
 * The built tree that the programs are started from.
 *
 * @param root the folder with contracts, ingress, processor and deploy
 */
public record Tree(Path root) {
    /** Of any version, which ends with a digit or as SNAPSHOT; not those of tests and sources. */
    private static final String JARS = "waybill-*[0-9T].jar";

    /** The tree that the launcher named, else the one this class was built in. */
    public static Tree ofProcess() {
        String named = System.getProperty("waybill.root");
        if (named != null) {
            return new Tree(Path.of(named));
        }
        try {
            CodeSource source = Tree.class.getProtectionDomain().getCodeSource();
            // deploy/cli/target/<jar or classes>
            Path built = Path.of(source.getLocation().toURI()).toAbsolutePath();
            return new Tree(built.getParent().getParent().getParent().getParent());
        } catch (URISyntaxException | NullPointerException elsewhere) {
            throw Problem.usage("cannot find the tree of Waybill", "", "Start it by deploy/waybill.");
        }
    }

    /** The class path of a program: its jar, its libraries, what it was given, and the wrapper's jar at the end. */
    public String classPath(Program program) {
        List<String> entries = new ArrayList<>();
        entries.add(jar(program.module()).toString());
        entries.add(root.resolve(program.module()).resolve("target/lib") + File.separator + "*");
        program.furtherClassPath().forEach(entry -> entries.add(entry.toString()));
        entries.add(jar("deploy/cli").toString());
        return String.join(File.pathSeparator, entries);
    }

    /** A module's jar. Throws {@link Problem} where it is not built. */
    public Path jar(String module) {
        Path target = root.resolve(module).resolve("target");
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, JARS)) {
            for (Path jar : jars) {
                return jar;
            }
        } catch (IOException missing) {
            // Told below.
        }
        throw Problem.usage(
                module + " is not built", target.toString(), "Run: mvn -DskipTests package (in " + root + ")");
    }

    /** The {@code java} that runs this process: children run on the same. */
    public static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }
}
