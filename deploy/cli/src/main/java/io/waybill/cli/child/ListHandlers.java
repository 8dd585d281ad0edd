package io.waybill.cli.child;

import io.waybill.handler.jars.HandlerConfigurationException;
import io.waybill.handler.jars.HandlerJars;
import io.waybill.handler.jars.HandlersByName;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;

/** Prints the names of the handlers in a folder, one a line; or, with another exit code, why they cannot be used. */
public final class ListHandlers {
    /** The exit code where names were printed. */
    public static final int DONE = 0;

    private static final int UNUSABLE = 2;

    /** It must fit into the pipe: nobody reads before we have ended. */
    private static final int MAX_MESSAGE = 4_000;

    private ListHandlers() {}

    /** @param args the folder, then the names that nobody else may have */
    public static void main(String[] args) {
        PrintStream answer = System.out;
        // What a handler prints when it is made is no name.
        System.setOut(System.err);
        HandlersByName handlers = new HandlersByName();
        Arrays.stream(args).skip(1).forEach(name -> handlers.reserve(name, "Waybill itself"));
        try {
            HandlerJars.open(Path.of(args[0])).addTo(handlers);
            handlers.handlers().keySet().forEach(answer::println);
            end(answer, DONE);
        } catch (HandlerConfigurationException unusable) {
            String message = unusable.getMessage();
            answer.println(message.substring(0, Math.min(MAX_MESSAGE, message.length())));
            end(answer, UNUSABLE);
        }
    }

    /** Whatever threads and hooks a handler has made when it was constructed. */
    private static void end(PrintStream answer, int code) {
        answer.flush();
        Runtime.getRuntime().halt(code);
    }
}
