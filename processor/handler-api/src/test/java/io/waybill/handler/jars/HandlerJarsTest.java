package io.waybill.handler.jars;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.handler.HandlerResult;
import io.waybill.handler.MailHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandlerJarsTest {
    @TempDir
    Path folder;

    @Test
    void folder_withJarsAndOtherThings_findsTheHandlersByName() throws IOException {
        TestJar.handler(folder.resolve("crm.jar"), "Crm", TestJar.named("crm"));
        TestJar.handler(folder.resolve("erp.jar"), "Erp", TestJar.named("erp"));
        Files.writeString(folder.resolve("README"), "which is no jar");

        assertEquals(Set.of("crm", "erp"), load().keySet());
    }

    @Test
    void emptyFolder_hasNone() {
        assertEquals(Map.of(), load());
    }

    @Test
    void libraries_ofTwoJars_doNotMeet() throws Exception {
        for (String name : new String[] {"crm", "erp"}) {
            Path libraries = Files.createDirectory(folder.resolve(name + ".lib"));
            Path library = TestJar.pack(
                    libraries.resolve("words.jar"),
                    Map.of(
                            "words.Words",
                            "package words; public class Words { public static String WORD = new String(\"" + name
                                    + "\"); }"),
                    "");
            TestJar.handler(
                    folder.resolve(name + ".jar"), name.equals("crm") ? "Crm" : "Erp", """
                        public String name() {
                            return "%s";
                        }

                        public HandlerResult handle(InboundMail mail, HandlerContext context) {
                            return HandlerResult.done(words.Words.WORD, "");
                        }
                        """.formatted(name), library);
        }
        Map<String, MailHandler> handlers = load();
        assertEquals(HandlerResult.done("crm", ""), handlers.get("crm").handle(null, null));
        assertEquals(HandlerResult.done("erp", ""), handlers.get("erp").handle(null, null));
    }

    @Test
    void handler_seesTheJdkAndTheApiAndItself_andNothingElse() throws Exception {
        TestJar.handler(folder.resolve("look.jar"), "Look", """
            private final ClassLoader atConstruction = Thread.currentThread().getContextClassLoader();

            public String name() {
                return "look";
            }

            public HandlerResult handle(InboundMail mail, HandlerContext context) {
                boolean own = atConstruction == Look.class.getClassLoader();
                return HandlerResult.done("looked", own + " " + sees("java.sql.DriverManager") + " "
                        + sees("io.waybill.handler.MailHandler") + " " + sees("org.junit.jupiter.api.Test") + " "
                        + sees("io.waybill.handler.jars.HandlerJars") + " "
                        + (Look.class.getResource("/META-INF/MANIFEST.MF") == null));
            }

            private static boolean sees(String name) {
                try {
                    Class.forName(name);
                    return true;
                } catch (ClassNotFoundException hidden) {
                    return false;
                }
            }
            """);
        assertEquals(
                HandlerResult.done("looked", "true true true false false true"),
                load().get("look").handle(null, null));
    }

    @Test
    void fileThatIsNoJar_isNamed() throws IOException {
        Files.writeString(folder.resolve("crm.jar"), "no jar");
        refuses("the handler jar " + folder.resolve("crm.jar") + " or its libraries cannot be read: ");
    }

    @Test
    void libraryThatIsNoJar_isNamedWithItsHandler() throws IOException {
        TestJar.handler(folder.resolve("crm.jar"), "Crm", TestJar.named("crm"));
        Files.writeString(Files.createDirectory(folder.resolve("crm.lib")).resolve("words.jar"), "no jar");
        refuses("the handler jar " + folder.resolve("crm.jar") + " or its libraries cannot be read: ");
    }

    @Test
    void jarWithoutHandler_saysWhereLibrariesBelong() throws IOException {
        TestJar.pack(folder.resolve("words.jar"), Map.of("words.Words", "package words; class Words {}"), "");
        refuses("the jar " + folder.resolve("words.jar")
                + " names no handler in META-INF/services/io.waybill.handler.MailHandler; a library belongs into the"
                + " folder NAME.lib");
    }

    @Test
    void serviceFileThatNamesNoClass_isTold() throws IOException {
        TestJar.pack(folder.resolve("crm.jar"), Map.of("com.acme.Crm", "package com.acme; class Crm {}"), "com.acme.X");
        refuses("crm.jar cannot be loaded: io.waybill.handler.MailHandler: Provider com.acme.X not found");
    }

    @Test
    void constructorThatThrows_isToldWithItsCause() throws IOException {
        TestJar.handler(
                folder.resolve("crm.jar"),
                "Crm",
                "public Crm() { throw new IllegalStateException(\"no licence\"); }" + TestJar.named("crm"));
        refuses("could not be instantiated (java.lang.IllegalStateException: no licence)");
    }

    @Test
    void missingLibrary_isToldWithTheClass() throws IOException {
        Path library = TestJar.pack(
                Files.createDirectory(folder.resolve("elsewhere")).resolve("words.jar"),
                Map.of("words.Words", "package words; public class Words {}"),
                "");
        TestJar.handler(
                folder.resolve("crm.jar"),
                "Crm",
                "private final Object words = new words.Words();" + TestJar.named("crm"),
                library);
        refuses("java.lang.NoClassDefFoundError: words/Words");
    }

    @Test
    void librariesWithoutTheirJar_areNamed() throws IOException {
        Files.createDirectory(folder.resolve("crm.lib"));
        refuses("the folder " + folder.resolve("crm.lib") + " holds the libraries of crm.jar, which is not there");
    }

    @Test
    void folderThatIsNotThere_isNamed() {
        HandlerConfigurationException refused =
                assertThrows(HandlerConfigurationException.class, () -> HandlerJars.open(folder.resolve("gone")));
        assertTrue(refused.getMessage().contains(folder.resolve("gone").toString()), refused.getMessage());
    }

    @Test
    void moreJarsThanAnybodyHasHandlers_areRefused() throws IOException {
        for (int i = 0; i <= HandlerJars.MAX_JARS; i++) {
            Files.createFile(folder.resolve(i + ".jar"));
        }
        refuses("holds 101 jars, and 100 are the most");
    }

    @Test
    void nameTwice_namesBothJars() throws IOException {
        TestJar.handler(folder.resolve("one.jar"), "One", TestJar.named("crm"));
        TestJar.handler(folder.resolve("two.jar"), "Two", TestJar.named("crm"));
        refuses("two handlers have the name crm: com.acme.One (one.jar) and com.acme.Two (two.jar)");
    }

    @Test
    void nameOfOurs_isRefused() throws IOException {
        TestJar.handler(folder.resolve("crm.jar"), "Crm", TestJar.named("tickets"));
        refuses("two handlers have the name tickets: Waybill itself and com.acme.Crm (crm.jar)");
    }

    @Test
    void nameThatIsNone_isRefused() throws IOException {
        TestJar.handler(folder.resolve("crm.jar"), "Crm", TestJar.named("My CRM"));
        refuses("the handler com.acme.Crm (crm.jar) must have a name of 1 to 40 characters");
    }

    private void refuses(String told) {
        HandlerConfigurationException refused = assertThrows(HandlerConfigurationException.class, this::load);
        assertTrue(refused.getMessage().contains(told), refused.getMessage());
    }

    private Map<String, MailHandler> load() {
        HandlersByName handlers = new HandlersByName();
        handlers.reserve("tickets", "Waybill itself");
        HandlerJars.open(folder).addTo(handlers);
        return handlers.handlers();
    }
}
