package io.waybill.cli.up;

import io.waybill.cli.supervise.Answer;
import io.waybill.cli.supervise.Jvm;
import io.waybill.cli.supervise.Program;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The process that holds what stands in for servers: broker, database, mail server, emulators of providers. */
public final class SandboxProgram {
    private SandboxProgram() {}

    /**
     * A process with some of it.
     *
     * @param name for messages, the log file and the variable with further options of its JVM
     * @param arguments what is to run, as SandboxMain takes them
     * @param secrets what the arguments name of the environment
     * @param answer gets where everything listens
     */
    public static Program of(String name, List<String> arguments, Map<String, String> secrets, Answer answer) {
        Map<String, String> environment = new LinkedHashMap<>(secrets);
        environment.put("MALLOC_ARENA_MAX", "2");
        List<String> jvm = new ArrayList<>(Jvm.options(name, "-Xmx192m"));
        jvm.add("-Dlogback.configurationFile=sandbox-logback.xml");
        return new Program(
                name,
                "deploy/sandbox",
                "io.waybill.sandbox.SandboxMain",
                arguments,
                jvm,
                environment,
                List.of(),
                answer,
                Program.GRACE);
    }
}
