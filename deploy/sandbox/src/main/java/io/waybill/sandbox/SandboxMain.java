package io.waybill.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.sandbox.gmail.GmailServer;
import io.waybill.sandbox.graph.GraphServer;
import io.waybill.sandbox.oauth.ServiceAccountFile;
import io.waybill.sandbox.oauth.TokenServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker, the database and, on request, a mail server and the emulators of Microsoft Graph and Gmail as one child process of
 * {@code demo} and {@code up}.
 *
 * <p>Standard output gets exactly one line of JSON: where everything listens, once all of it answers, or {@code error} and {@code
 * wayOut}. The process ends when it is told to (SIGTERM) and when its standard input closes, so that it cannot outlive its
 * parent; the data stays. Exit codes: 0 stopped, 1 a part failed, 2 wrong arguments.
 *
 * <p>Enough for it: {@code -Xmx192m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dlogback.configurationFile=sandbox-logback.xml}.
 */
public final class SandboxMain {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxMain.class);

    // Closed from the last to the first.
    private final List<AutoCloseable> parts = new ArrayList<>();
    private volatile boolean stopping;

    private SandboxMain() {}

    public static void main(String[] arguments) throws IOException {
        PrintStream answer = System.out;
        // Nothing that some library prints may get between the parent and its line.
        System.setOut(System.err);
        SandboxOptions options;
        try {
            options = SandboxOptions.parse(arguments);
        } catch (SandboxException wrong) {
            say(answer, complaint(wrong));
            System.exit(2);
            return;
        }
        SandboxMain sandbox = new SandboxMain();
        Runtime.getRuntime().addShutdownHook(new Thread(sandbox::stop, "sandbox-stop"));
        try {
            say(answer, sandbox.start(options));
        } catch (SandboxException failed) {
            LOG.atError().setCause(failed).log("sandbox_start_failed");
            say(answer, complaint(failed));
            System.exit(1);
        }
        System.in.transferTo(OutputStream.nullOutputStream());
        System.exit(0);
    }

    private Map<String, Object> start(SandboxOptions options) {
        // Before anything else is started, let alone unpacked: a taken port is what goes wrong most.
        options.kafkaPort().ifPresent(EmbeddedBroker::requireFree);
        options.databasePort().ifPresent(EmbeddedDatabase::requireFree);
        var broker = options.kafkaPort()
                .map(port -> start(() -> EmbeddedBroker.start(options.data().resolve("kafka"), port)));
        var database = options.databasePort()
                .map(port -> start(
                        () -> EmbeddedDatabase.start(options.data().resolve("postgres"), options.programs(), port)));
        Map<String, Object> places = new LinkedHashMap<>();
        options.mail().ifPresent(mail -> {
            EmbeddedMailServer server = keep(EmbeddedMailServer.start(mail.smtpPort(), mail.imapPort()));
            mail.users()
                    .forEach(user -> server.addUser(
                            user.address(),
                            user.login(),
                            secret(user.passwordVariable(), user.login() + "'s password")));
            places.put("smtpPort", server.smtpPort());
            places.put("imapPort", server.imapPort());
        });
        startEmulators(options, places);
        // Both are waited for before either's failure is told: what did start must be stopped in order.
        Optional<SandboxException> brokerFailure = failureOf(broker);
        Optional<SandboxException> databaseFailure = failureOf(database);
        Optional<SandboxException> failure = brokerFailure.or(() -> databaseFailure);
        if (failure.isPresent()) {
            throw failure.get();
        }
        broker.ifPresent(started -> {
            places.put("kafka", started.join().bootstrapServers());
            EmbeddedBroker.haltOnFault();
        });
        database.ifPresent(started -> {
            EmbeddedDatabase running = started.join();
            places.put("databaseUrl", running.jdbcUrl());
            places.put("databaseUser", running.user());
            // The file and not the password: a line on a pipe ends up in logs.
            places.put("databasePasswordFile", running.passwordFile().toString());
            var watched = running.onExit().thenRun(this::databaseEnded);
            LOG.atDebug().addKeyValue("watched", !watched.isDone()).log("sandbox_database_ready");
        });
        return places;
    }

    /** One token endpoint for both: each asks at its own path. */
    private void startEmulators(SandboxOptions options, Map<String, Object> places) {
        if (options.graph().isEmpty() && options.gmail().isEmpty()) {
            return;
        }
        TokenServer tokens = keep(TokenServer.start(options.tokenPort()));
        places.put("tokenUrl", tokens.url().toString());
        options.graph().ifPresent(graph -> {
            graph.apps()
                    .forEach(app -> tokens.addApp(
                            app.tenant(),
                            app.clientId(),
                            secret(app.secretVariable(), "the secret of " + app.clientId())));
            GraphServer server = keep(GraphServer.start(graph.port(), token -> tokens.appOf(token, GraphServer.SCOPE)));
            graph.users().forEach(user -> server.addUser(user.id(), user.address()));
            places.put("graphUrl", server.url().toString());
        });
        options.gmail().ifPresent(gmail -> {
            gmail.keys().forEach(key -> {
                ServiceAccountFile account = ServiceAccountFile.readOrMake(
                        key.file(), key.account(), tokens.url().resolve("token"));
                tokens.addServiceAccount(account.email(), account.key());
            });
            GmailServer server = keep(GmailServer.start(gmail.port(), tokens::grantOf));
            gmail.users().forEach(server::addUser);
            gmail.subscriptions().forEach(server::subscribe);
            places.put("gmailUrl", server.url().toString());
            places.put("gmailKeysUrl", server.certsUrl().toString());
        });
    }

    private <T extends AutoCloseable> CompletableFuture<T> start(Supplier<T> part) {
        CompletableFuture<T> started = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                started.complete(keep(part.get()));
            } catch (RuntimeException | Error failed) {
                started.completeExceptionally(failed);
            }
        });
        return started;
    }

    private <T extends AutoCloseable> T keep(T part) {
        synchronized (parts) {
            parts.add(part);
        }
        return part;
    }

    private void databaseEnded() {
        if (!stopping) {
            LOG.atError().log("sandbox_database_ended");
            System.exit(1);
        }
    }

    private void stop() {
        stopping = true;
        List<AutoCloseable> running;
        synchronized (parts) {
            running = List.copyOf(parts).reversed();
        }
        for (AutoCloseable part : running) {
            try {
                part.close();
            } catch (Exception broken) {
                LOG.atWarn().setCause(broken).log("sandbox_stop_failed");
            }
        }
    }

    private static String secret(String variable, String whose) {
        String secret = System.getenv(variable);
        if (secret == null) {
            throw new SandboxException(
                    "the variable " + variable + " for " + whose + " is not set",
                    "Set it in the environment of this process.");
        }
        return secret;
    }

    private static <T> Optional<SandboxException> failureOf(Optional<CompletableFuture<T>> started) {
        try {
            started.ifPresent(CompletableFuture::join);
            return Optional.empty();
        } catch (CompletionException failed) {
            return Optional.of(
                    failed.getCause() instanceof SandboxException explained
                            ? explained
                            : new SandboxException(
                                    "the sandbox did not start: " + failed.getCause(),
                                    "Its log says more.",
                                    failed.getCause()));
        }
    }

    private static Map<String, Object> complaint(SandboxException failure) {
        Map<String, Object> complaint = new LinkedHashMap<>();
        complaint.put("error", failure.getMessage());
        complaint.put("wayOut", failure.wayOut());
        return complaint;
    }

    private static void say(PrintStream answer, Map<String, Object> line) throws JsonProcessingException {
        byte[] json = (new ObjectMapper().writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
        answer.write(json, 0, json.length);
        answer.flush();
    }
}
