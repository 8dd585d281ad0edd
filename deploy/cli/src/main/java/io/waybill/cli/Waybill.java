package io.waybill.cli;

import io.waybill.cli.demo.DemoVerb;
import io.waybill.cli.dlq.DlqVerbs;
import io.waybill.cli.doctor.DoctorVerb;
import io.waybill.cli.jobs.JobsVerbs;
import io.waybill.cli.mailboxes.MailboxesVerbs;
import io.waybill.cli.sandbox.SandboxVerb;
import io.waybill.cli.tickets.TicketsVerbs;
import io.waybill.cli.topics.TopicsVerbs;
import io.waybill.cli.up.UpVerb;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root of the command: {@code waybill VERB}. One line per verb in {@link #verbs()}. */
@Command(
        name = "waybill",
        description = "A mail pipeline on Kafka Streams: only pointers travel, every mail is handled once.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Version.class,
        usageHelpAutoWidth = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done; also where nothing matched",
            "1:not done, or only partly",
            "2:wrong usage or configuration",
            "130:interrupted",
            "143:ended by SIGTERM; of up that is no failure"
        })
public final class Waybill implements Runnable {
    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            order = 100,
            description = "No progress, only results and errors.")
    private boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            order = 101,
            description = "More of what is going on; the stack trace of an unexpected error.")
    private boolean verbose;

    private Waybill(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    public static void main(String[] args) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        int code = execute(out, err, args);
        out.flush();
        System.exit(code);
    }

    /** Runs one command line in this process, with its own environment. Returns the exit code ({@link Exit}). */
    public static int execute(PrintStream out, PrintStream err, String... args) {
        return execute(Surroundings.ofProcess(), out, err, args);
    }

    /** As {@link #execute(PrintStream, PrintStream, String...)}, in the surroundings given. */
    public static int execute(Surroundings surroundings, PrintStream out, PrintStream err, String... args) {
        return commandLine(surroundings, out, err).execute(args);
    }

    static CommandLine commandLine(Surroundings surroundings, PrintStream out, PrintStream err) {
        CommandLine line = new CommandLine(new Waybill(surroundings));
        verbs().forEach(line::addSubcommand);
        line.setOut(new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), true));
        line.setErr(new PrintWriter(new OutputStreamWriter(err, StandardCharsets.UTF_8), true));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(surroundings.colour() ? Ansi.ON : Ansi.OFF));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler(Complaints::usage);
        line.setExecutionExceptionHandler(Complaints::failure);
        return line;
    }

    /** The verbs, in the order in which the help shows them. */
    private static List<Object> verbs() {
        return List.of(
                // to run it
                new DemoVerb(),
                new UpVerb(),
                new SandboxVerb(),
                new DoctorVerb(),
                // to operate it
                new MailboxesVerbs(),
                new JobsVerbs(),
                new TicketsVerbs(),
                new DlqVerbs(),
                new TopicsVerbs());
    }

    /** Where the command runs: what verbs ask instead of the machine, so that tests can say otherwise. */
    public static Surroundings surroundings(CommandSpec any) {
        return root(any).surroundings;
    }

    static boolean quiet(CommandSpec any) {
        return root(any).quiet;
    }

    static boolean verbose(CommandSpec any) {
        return root(any).verbose;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private static Waybill root(CommandSpec any) {
        return (Waybill) any.root().userObject();
    }
}
