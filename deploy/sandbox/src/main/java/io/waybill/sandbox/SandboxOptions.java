package io.waybill.sandbox;

import io.waybill.sandbox.gmail.PushSubscription;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What {@link SandboxMain} is told to run.
 *
 * @param data where everything is kept
 * @param programs where PostgreSQL's programs are unpacked; 60 MB that several data directories may share
 * @param kafkaPort 0 for a free one; empty for no broker
 * @param databasePort 0 for a free one; empty for no database
 * @param mail the mail server, if one is wanted
 * @param tokenPort of the token endpoint that the emulators have together, 0 for a free one
 * @param graph Microsoft Graph's emulator, if wanted
 * @param gmail Gmail's emulator, if wanted
 */
record SandboxOptions(
        Path data,
        Path programs,
        Optional<Integer> kafkaPort,
        Optional<Integer> databasePort,
        Optional<Mail> mail,
        int tokenPort,
        Optional<Graph> graph,
        Optional<Gmail> gmail) {
    static final String USAGE =
            "--data DIR [--programs DIR] [--kafka-port N] [--no-kafka] [--database-port N] [--no-database]"
                    + " [--mail [--smtp-port N] [--imap-port N] [--mail-user ADDRESS:LOGIN:PASSWORD_VARIABLE]...]"
                    + " [--graph-port N [--graph-app TENANT:CLIENT_ID:SECRET_VARIABLE]... [--graph-user ID:ADDRESS]...]"
                    + " [--gmail-port N [--gmail-key ACCOUNT:FILE]... [--gmail-user ADDRESS]..."
                    + " [--gmail-push SUBSCRIPTION,TOPIC,ENDPOINT,AUDIENCE,ACCOUNT]...] [--token-port N]";

    /** Ports, 0 for a free one, and who has a mailbox. */
    record Mail(int smtpPort, int imapPort, List<User> users) {}

    /** Its port, 0 for a free one, which apps may have tokens, and who has a mailbox. */
    record Graph(int port, List<App> apps, List<GraphUser> users) {}

    /** Its port, 0 for a free one, which service accounts may have tokens, who has a mailbox, and where Pub/Sub pushes to. */
    record Gmail(int port, List<Key> keys, List<String> users, List<PushSubscription> subscriptions) {}

    /** A service account of Google's, and the file of its JSON key, which is made where it is missing. */
    record Key(String account, Path file) {}

    /** Who has a mailbox in Microsoft 365, by object id and by address. */
    record GraphUser(String id, String address) {}

    /** An app of Microsoft's. Its secret is in an environment variable, as a password is. */
    record App(String tenant, String clientId, String secretVariable) {}

    /** A mailbox. The password is in an environment variable: an argument is there for everybody to read. */
    record User(String address, String login, String passwordVariable) {}

    /** @throws SandboxException naming the argument that is wrong */
    static SandboxOptions parse(String... arguments) {
        Deque<String> left = new ArrayDeque<>(Arrays.asList(arguments));
        Path data = null;
        Path programs = null;
        Optional<Integer> kafkaPort = Optional.of(0);
        Optional<Integer> databasePort = Optional.of(0);
        boolean mail = false;
        int smtpPort = 0;
        int imapPort = 0;
        List<User> users = new ArrayList<>();
        Optional<Integer> graphPort = Optional.empty();
        int tokenPort = 0;
        List<App> apps = new ArrayList<>();
        List<GraphUser> graphUsers = new ArrayList<>();
        Optional<Integer> gmailPort = Optional.empty();
        List<Key> keys = new ArrayList<>();
        List<String> gmailUsers = new ArrayList<>();
        List<PushSubscription> subscriptions = new ArrayList<>();
        while (!left.isEmpty()) {
            String name = left.pop();
            switch (name) {
                case "--data" -> data = Path.of(value(name, left));
                case "--programs" -> programs = Path.of(value(name, left));
                case "--kafka-port" -> kafkaPort = Optional.of(port(name, left));
                case "--no-kafka" -> kafkaPort = Optional.empty();
                case "--database-port" -> databasePort = Optional.of(port(name, left));
                case "--no-database" -> databasePort = Optional.empty();
                case "--mail" -> mail = true;
                case "--smtp-port" -> smtpPort = port(name, left);
                case "--imap-port" -> imapPort = port(name, left);
                case "--mail-user" -> users.add(user(value(name, left)));
                case "--graph-port" -> graphPort = Optional.of(port(name, left));
                case "--token-port" -> tokenPort = port(name, left);
                case "--graph-user" -> graphUsers.add(graphUser(value(name, left)));
                case "--graph-app" -> apps.add(app(value(name, left)));
                case "--gmail-port" -> gmailPort = Optional.of(port(name, left));
                case "--gmail-key" -> keys.add(key(value(name, left)));
                case "--gmail-user" -> gmailUsers.add(address(value(name, left)));
                case "--gmail-push" -> subscriptions.add(subscription(value(name, left)));
                default -> throw wrong("unknown argument " + name);
            }
        }
        if (data == null) {
            throw wrong("--data is missing");
        }
        Optional<Graph> graph = graphPort.map(port -> new Graph(port, List.copyOf(apps), List.copyOf(graphUsers)));
        Optional<Gmail> gmail = gmailPort.map(
                port -> new Gmail(port, List.copyOf(keys), List.copyOf(gmailUsers), List.copyOf(subscriptions)));
        return new SandboxOptions(
                data.toAbsolutePath(),
                programs == null ? data.resolve("postgres").toAbsolutePath() : programs.toAbsolutePath(),
                kafkaPort,
                databasePort,
                mail ? Optional.of(new Mail(smtpPort, imapPort, List.copyOf(users))) : Optional.empty(),
                tokenPort,
                graph,
                gmail);
    }

    private static User user(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3 || parts[0].isBlank() || parts[1].isBlank() || parts[2].isBlank()) {
            throw wrong("--mail-user wants ADDRESS:LOGIN:PASSWORD_VARIABLE");
        }
        return new User(parts[0], parts[1], parts[2]);
    }

    private static App app(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3 || parts[0].isBlank() || parts[1].isBlank() || parts[2].isBlank()) {
            throw wrong("--graph-app wants TENANT:CLIENT_ID:SECRET_VARIABLE");
        }
        return new App(parts[0], parts[1], parts[2]);
    }

    private static GraphUser graphUser(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 2 || parts[0].isBlank() || parts[1].isBlank()) {
            throw wrong("--graph-user wants ID:ADDRESS");
        }
        return new GraphUser(parts[0], parts[1]);
    }

    private static Key key(String text) {
        String[] parts = text.split(":", 2);
        if (parts.length != 2 || parts[0].isBlank() || parts[1].isBlank()) {
            throw wrong("--gmail-key wants ACCOUNT:FILE");
        }
        return new Key(parts[0], Path.of(parts[1]));
    }

    private static String address(String text) {
        if (text.indexOf('@') < 1) {
            throw wrong("--gmail-user wants an address");
        }
        return text;
    }

    private static PushSubscription subscription(String text) {
        String[] parts = text.split(",", -1);
        if (parts.length != 5) {
            throw wrong("--gmail-push wants SUBSCRIPTION,TOPIC,ENDPOINT,AUDIENCE,ACCOUNT");
        }
        try {
            return new PushSubscription(parts[0], parts[1], URI.create(parts[2]), parts[3], parts[4]);
        } catch (IllegalArgumentException none) {
            throw wrong("--gmail-push: " + none.getMessage());
        }
    }

    private static int port(String name, Deque<String> left) {
        String text = value(name, left);
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65_535) {
            throw wrong(name + " wants a port, not " + text);
        }
        return Integer.parseInt(text);
    }

    private static String value(String name, Deque<String> left) {
        if (left.isEmpty()) {
            throw wrong(name + " lacks its value");
        }
        return left.pop();
    }

    private static SandboxException wrong(String message) {
        return new SandboxException(message, "Arguments: " + USAGE);
    }
}
