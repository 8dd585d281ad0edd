package io.waybill.cli.demo;

import io.waybill.cli.Output;
import io.waybill.cli.RunFile;
import java.nio.file.Path;

/** What {@code demo --keep} says before it waits. */
final class Kept {
    private Kept() {}

    static void print(Output output, RunFile run, Path data, Path tree, Report report) {
        RunFile.Mail mail = run.mail();
        String command = tree.resolve("deploy/waybill").toString();
        String where = " --data " + data;
        output.progress("");
        output.progress("Still running, until Ctrl-C:");
        output.progress("  SMTP       127.0.0.1:" + mail.smtpPort() + " (mail to " + DemoMailboxes.SUPPORT + ")");
        output.progress("  IMAP       127.0.0.1:" + mail.imapPort() + ", login " + mail.user() + ", password "
                + mail.password());
        output.progress("  Kafka      " + run.bootstrapServers());
        output.progress("  PostgreSQL " + run.databaseUrl() + ", user " + run.databaseUser() + ", password in "
                + Path.of(run.secretsDirectory())
                        .resolve(run.databasePassword().value().substring("file:".length())));
        output.progress("  processor  " + run.processorUrl() + ", ingress " + run.ingressImapUrl() + ", watch "
                + run.watchUrl());
        output.progress("Try, in another terminal:");
        // With another Message-ID each time: the demo has filed the sample already, and the same mail is skipped.
        output.progress("  1. sed \"s/labels-1/labels-$(date +%s)/\" " + tree.resolve("deploy/samples/plain.eml")
                + " | curl --url smtp://127.0.0.1:" + mail.smtpPort()
                + " --mail-from you@example.org --mail-rcpt " + DemoMailboxes.SUPPORT + " --upload-file -");
        output.progress("  2. " + command + " tickets list" + where);
        output.progress("  3. " + command + " jobs show " + report.anyJob() + where);
    }
}
