package io.waybill.cli.up;

import io.waybill.cli.supervise.Program;
import io.waybill.cli.supervise.Readiness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The process that holds the embedded broker, the embedded PostgreSQL and, on the demo, the mail server. */
final class Sandbox {
    static final String DATABASE_USER = "waybill";

    private Sandbox() {}

    static String databaseUrl(int port) {
        return "jdbc:postgresql://" + Ports.HOST + ":" + port + "/" + DATABASE_USER;
    }

    static Program program(Plan plan) {
        List<String> arguments = new ArrayList<>();
        return new Program(
                "sandbox",
                "deploy/sandbox",
                "io.waybill.sandbox.SandboxMain",
                arguments,
                Layout.jvm("sandbox", "-Xmx256m"),
                Map.of("MALLOC_ARENA_MAX", "2"),
                List.of(),
                Readiness.port(plan.ports().kafka()));
    }
}
