package io.waybill.handler.jars;

import io.waybill.handler.MailHandler;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles sources and packs them, as the build of somebody who knows the handler API alone does. */
public final class TestJar {
    private TestJar() {}

    /**
     * A jar with one handler.
     *
     * @param jar to be written; its folder exists
     * @param name of the class, in the package {@code com.acme}
     * @param members of the class: its methods
     * @param libraries jars that it is compiled against
     */
    public static Path handler(Path jar, String name, String members, Path... libraries) throws IOException {
        String source = """
            package com.acme;

            import io.waybill.handler.*;

            public final class %s implements MailHandler {
                %s
            }
            """.formatted(name, members);
        return pack(jar, Map.of("com.acme." + name, source), "com.acme." + name, libraries);
    }

    /** The members of a handler that is done with everything. */
    public static String named(String name) {
        return """
            public String name() {
                return "%s";
            }

            public HandlerResult handle(InboundMail mail, HandlerContext context) {
                return HandlerResult.done("noted", "");
            }
            """.formatted(name);
    }

    /** @param services what its service file names; empty for a jar without one */
    public static Path pack(Path jar, Map<String, String> sources, String services, Path... libraries)
            throws IOException {
        Path classes = Files.createTempDirectory(jar.getParent(), "classes-");
        compile(sources, classes, libraries);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, out);
            }
            if (!services.isEmpty()) {
                out.putNextEntry(new JarEntry("META-INF/services/" + MailHandler.class.getName()));
                out.write(services.getBytes(StandardCharsets.UTF_8));
            }
        }
        return jar;
    }

    private static void compile(Map<String, String> sources, Path classes, Path... libraries) throws IOException {
        String classPath = Stream.concat(Stream.of(api()), Arrays.stream(libraries))
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        List<Source> units = sources.entrySet().stream()
                .map(source -> new Source(source.getKey(), source.getValue()))
                .toList();
        var compiler = ToolProvider.getSystemJavaCompiler();
        boolean compiled = compiler.getTask(
                        null,
                        null,
                        null,
                        List.of("-d", classes.toString(), "-proc:none", "-classpath", classPath),
                        null,
                        units)
                .call();
        if (!compiled) {
            throw new IllegalStateException("the sources of a test do not compile");
        }
    }

    private static Path api() {
        try {
            return Path.of(MailHandler.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String className, String text) {
            super(
                    URI.create("string:///" + className.replace('.', '/') + JavaFileObject.Kind.SOURCE.extension),
                    JavaFileObject.Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
