package io.waybill.handler.jars;

import io.waybill.handler.MailHandler;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.jar.JarFile;

/** One jar with handlers, open. {@code crm.jar} may have a folder {@code crm.lib} beside it: the jars it needs. */
final class HandlerJar implements AutoCloseable {
    static final String JAR = ".jar";
    static final String LIBRARIES = ".lib";

    private static final String SERVICE_FILE = "META-INF/services/" + MailHandler.class.getName();

    private final Path jar;
    private final URLClassLoader loader;

    private HandlerJar(Path jar, URLClassLoader loader) {
        this.jar = jar;
        this.loader = loader;
    }

    /** @throws HandlerConfigurationException if it is not a jar, or its libraries cannot be read */
    static HandlerJar open(Path jar) {
        try {
            // A loader passes over what it cannot open, and says later that a class is missing.
            new JarFile(jar.toFile()).close();
            List<URL> urls = new ArrayList<>(List.of(jar.toUri().toURL()));
            Path libraries = libraries(jar);
            if (Files.isDirectory(libraries)) {
                try (DirectoryStream<Path> found = Files.newDirectoryStream(libraries, "*" + JAR)) {
                    for (Path library : found) {
                        new JarFile(library.toFile()).close();
                        urls.add(library.toUri().toURL());
                    }
                }
            }
            return new HandlerJar(jar, new URLClassLoader(name(jar), urls.toArray(URL[]::new), new ApiLoader()));
        } catch (IOException unreadable) {
            throw new HandlerConfigurationException(
                    "the handler jar " + jar + " or its libraries cannot be read: " + said(unreadable), unreadable);
        }
    }

    static Path libraries(Path jar) {
        String name = name(jar);
        return jar.resolveSibling(name.substring(0, name.length() - JAR.length()) + LIBRARIES);
    }

    /** Constructs its handlers: from here on its code runs. */
    void addTo(HandlersByName handlers) {
        int before = handlers.handlers().size();
        try (ContextLoader _ = ContextLoader.of(loader)) {
            for (MailHandler handler : ServiceLoader.load(MailHandler.class, loader)) {
                handlers.add(handler, name(jar));
            }
        } catch (HandlerConfigurationException told) {
            throw told;
        } catch (RuntimeException | ServiceConfigurationError | LinkageError | StackOverflowError broken) {
            throw new HandlerConfigurationException(
                    "the handler jar " + jar + " cannot be loaded: " + said(broken), broken);
        }
        if (handlers.handlers().size() == before) {
            throw new HandlerConfigurationException("the jar " + jar + " names no handler in " + SERVICE_FILE
                    + "; a library belongs into the folder NAME" + LIBRARIES + " beside the NAME" + JAR
                    + " that needs it");
        }
    }

    private static String name(Path jar) {
        return jar.getFileName().toString();
    }

    private static String said(Throwable failure) {
        String said = failure instanceof ServiceConfigurationError ? failure.getMessage() : failure.toString();
        return failure.getCause() == null ? said : said + " (" + failure.getCause() + ")";
    }

    @Override
    public void close() {
        try {
            loader.close();
        } catch (IOException closedEnough) {
            // The process is about to end, or to refuse to start.
        }
    }
}
