package io.waybill.handler.jars;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The jars of a handlers folder, each in a class loader of its own that sees the JDK and the handler API beside it. What is neither a
 * jar nor a jar's folder of libraries is passed over.
 */
public final class HandlerJars implements AutoCloseable {
    /** A folder with more is somebody's library folder, named by mistake: each jar costs a loader and is asked for handlers. */
    static final int MAX_JARS = 100;

    private final List<HandlerJar> jars;

    private HandlerJars(List<HandlerJar> jars) {
        this.jars = jars;
    }

    /** No folder, no jars. */
    public static HandlerJars none() {
        return new HandlerJars(List.of());
    }

    /**
     * Opens all jars of a folder; none of their code runs yet.
     *
     * @throws HandlerConfigurationException if the folder or a jar cannot be read, or there are libraries without their jar
     */
    public static HandlerJars open(Path folder) {
        List<HandlerJar> opened = new ArrayList<>();
        try {
            for (Path jar : find(folder)) {
                opened.add(HandlerJar.open(jar));
            }
            return new HandlerJars(List.copyOf(opened));
        } catch (HandlerConfigurationException unusable) {
            opened.forEach(HandlerJar::close);
            throw unusable;
        }
    }

    /**
     * Constructs the handlers of all jars and takes them in under their names.
     *
     * @throws HandlerConfigurationException if one cannot be constructed, has a bad name or another's, or a jar has none
     */
    public void addTo(HandlersByName handlers) {
        jars.forEach(jar -> jar.addTo(handlers));
    }

    @Override
    public void close() {
        jars.forEach(HandlerJar::close);
    }

    private static List<Path> find(Path folder) {
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (name.endsWith(HandlerJar.JAR) && Files.isRegularFile(entry)) {
                    jars.add(entry);
                }
                if (name.endsWith(HandlerJar.LIBRARIES) && Files.isDirectory(entry)) {
                    requireJarBeside(entry, name.substring(0, name.length() - HandlerJar.LIBRARIES.length()));
                }
            }
        } catch (IOException unreadable) {
            throw new HandlerConfigurationException(
                    "the handlers folder " + folder + " cannot be read: " + unreadable, unreadable);
        }
        if (jars.size() > MAX_JARS) {
            throw new HandlerConfigurationException("the handlers folder " + folder + " holds " + jars.size()
                    + " jars, and " + MAX_JARS + " are the most; libraries belong into NAME.lib beside NAME.jar");
        }
        // By name, so that messages and the order of starts are the same each time.
        return jars.stream().sorted().toList();
    }

    /** Mistyped, they would be missed as a class that is not found, with the first mail. */
    private static void requireJarBeside(Path libraries, String name) {
        Path jar = libraries.resolveSibling(name + HandlerJar.JAR);
        if (!Files.isRegularFile(jar)) {
            throw new HandlerConfigurationException("the folder " + libraries + " holds the libraries of "
                    + jar.getFileName() + ", which is not there");
        }
    }
}
