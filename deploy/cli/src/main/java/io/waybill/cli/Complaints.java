package io.waybill.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** How errors are told: what is wrong, where, what to do; never a stack trace unless asked for. */
final class Complaints {
    private Complaints() {}

    static int usage(ParameterException wrong, String[] args) {
        CommandLine line = wrong.getCommandLine();
        PrintWriter err = line.getErr();
        err.println(heading(line.getColorScheme(), wrong.getMessage()));
        UnmatchedArgumentException.printSuggestions(wrong, err);
        err.println("  Try: " + line.getCommandSpec().qualifiedName() + " --help");
        return Exit.USAGE;
    }

    static int failure(Exception failure, CommandLine line, ParseResult parsed) {
        PrintWriter err = line.getErr();
        line.getOut().flush();
        if (failure instanceof Problem problem) {
            err.println(heading(line.getColorScheme(), problem.getMessage()));
            if (!problem.where().isEmpty()) {
                err.println("  at " + problem.where());
            }
            err.println("  " + problem.remedy());
            return problem.exitCode();
        }
        if (failure instanceof InterruptedException) {
            err.println(heading(line.getColorScheme(), "interrupted"));
            return Exit.INTERRUPTED;
        }
        // A message of unknown origin may quote a mail or a secret: the class name does not.
        err.println(heading(
                line.getColorScheme(), "unexpected " + failure.getClass().getName()));
        if (Waybill.verbose(line.getCommandSpec())) {
            failure.printStackTrace(err);
        } else {
            err.println("  Run it again with -v for the stack trace, and report it.");
        }
        return Exit.INCOMPLETE;
    }

    private static String heading(ColorScheme colours, String message) {
        return colours.errorText("waybill: ") + message;
    }
}
