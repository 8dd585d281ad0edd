package io.waybill.cli.up;

import io.waybill.cli.supervise.Answer;
import io.waybill.cli.supervise.Program;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The process that holds the embedded broker, the embedded PostgreSQL and, on the demo, the mail server and the emulators. */
final class Sandbox {
    /** The user who owns the embedded database; also the database's name. */
    static final String DATABASE_USER = "waybill";

    private static final String MAIL_PASSWORD = "WAYBILL_SANDBOX_MAIL_PASSWORD";

    private Sandbox() {}

    static String databaseUrl(int port) {
        return "jdbc:postgresql://" + Ports.HOST + ":" + port + "/" + DATABASE_USER;
    }

    static Program program(Plan plan, Answer answer) {
        List<String> arguments =
                new ArrayList<>(List.of("--data", plan.data().path().toString()));
        Map<String, String> secrets = new LinkedHashMap<>();
        if (plan.kafka().isPresent()) {
            arguments.add("--no-kafka");
        } else {
            arguments.addAll(List.of("--kafka-port", text(plan.ports().kafka())));
        }
        if (plan.database().isPresent()) {
            arguments.add("--no-database");
        } else {
            arguments.addAll(List.of("--database-port", text(plan.ports().database())));
        }
        plan.mail().ifPresent(mail -> {
            arguments.addAll(
                    List.of("--mail", "--smtp-port", text(mail.smtpPort()), "--imap-port", text(mail.imapPort())));
            arguments.addAll(List.of("--mail-user", mail.user() + ":" + mail.user() + ":" + MAIL_PASSWORD));
            secrets.put(MAIL_PASSWORD, mail.password());
        });
        plan.emulators().ifPresent(emulators -> {
            arguments.addAll(emulators.arguments());
            secrets.putAll(emulators.secrets());
        });
        return SandboxProgram.of("sandbox", arguments, secrets, answer);
    }

    private static String text(int port) {
        return Integer.toString(port);
    }
}
