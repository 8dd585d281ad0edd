package io.waybill.cli.mailboxes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.waybill.cli.Cluster;
import io.waybill.cli.Exit;
import io.waybill.cli.Ran;
import io.waybill.cli.Run;
import io.waybill.cli.RunFile;
import io.waybill.cli.topics.ExclusiveWriter;
import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.KafkaMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.PointerJobCodec.Decoded;
import io.waybill.contracts.PushRegistration;
import io.waybill.contracts.Subscription;
import io.waybill.contracts.SubscriptionTable;
import io.waybill.contracts.TopicAdmin;
import io.waybill.contracts.Topics;
import io.waybill.sandbox.KafkaFixture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailboxesVerbsIT {
    private static Cluster cluster;

    @TempDir
    Path home;

    @BeforeAll
    static void start() throws Exception {
        cluster = Cluster.start();
    }

    @Test
    void apply_twice_changesNothingTheSecondTime() throws Exception {
        String file = file("apply-twice", "support", "2026-05-01");

        Ran dry = run("mailboxes", "apply", "--dry-run", file);
        assertEquals(Exit.DONE, dry.code(), dry.err());
        assertTrue(dry.out().contains("Nothing was done"), dry.out());
        assertTrue(mailbox("apply-twice").isEmpty());

        assertEquals(Exit.DONE, run("mailboxes", "apply", file).code());
        Mailbox first = mailbox("apply-twice").getLast();
        assertEquals(Instant.parse("2026-05-01T00:00:00Z"), first.since());

        Ran again = run("mailboxes", "apply", "--json", file);
        assertTrue(again.out().contains("\"change\":\"unchanged\",\"address\":\"support@x.example\""), again.out());
        assertEquals(1, mailbox("apply-twice").size());
    }

    @Test
    void apply_otherUser_warnsOfWhatIsTakenInAnew() throws Exception {
        run("mailboxes", "apply", file("other-user", "support", "now"));
        Mailbox first = mailbox("other-user").getLast();

        Ran ran = run("mailboxes", "apply", file("other-user", "help", "now"));

        assertEquals(Exit.DONE, ran.code());
        assertTrue(ran.out().contains("reincarnated"), ran.out());
        assertTrue(ran.err().contains("other-user/support is another account now"), ran.err());
        assertEquals(
                List.of(first.incarnation()), mailbox("other-user").getLast().formerIncarnations());
    }

    @Test
    @DisplayName("A24 a mailbox is paused, and resumed with a listing of each of its folders")
    void pauseAndResume_aMailbox_listsItsFolders() throws Exception {
        run("mailboxes", "apply", file("pausing", "support", "now"));

        Ran paused = run("mailboxes", "pause", "pausing/support", "--reason", "moving house");
        assertEquals(Exit.DONE, paused.code(), paused.err());
        try (KafkaMailboxDirectory directory = new KafkaMailboxDirectory(cluster.kafka())) {
            assertTrue(directory.awaitComplete(Duration.ofSeconds(30)));
            assertTrue(directory.isPaused(MailboxKey.parse("pausing/support")));
        }
        assertTrue(line(run("mailboxes", "list"), "pausing/support").contains("paused (moving house)"));

        Ran resumed = run("mailboxes", "resume", "pausing/support");
        assertEquals(Exit.DONE, resumed.code(), resumed.err());
        assertTrue(resumed.out().contains("is resumed; 2 folders are being listed."), resumed.out());
        assertTrue(line(run("mailboxes", "list"), "pausing/support").contains("active"));
        assertEquals(
                List.of(
                        new ChangesPointer(ChangesPointer.Reason.RESUMED, "INBOX", null),
                        new ChangesPointer(ChangesPointer.Reason.RESUMED, "Sales", null)),
                pointers("pausing/support").stream().map(PointerJob::pointer).toList());
    }

    @Test
    @DisplayName("A24 a mailbox of a paused tenant stays paused when it is resumed alone")
    void resume_aMailboxOfAPausedTenant_saysThatItStaysPaused() throws Exception {
        run("mailboxes", "apply", file("tenant-pause", "support", "now"));
        run("mailboxes", "pause", "tenant-pause");

        Ran alone = run("mailboxes", "resume", "tenant-pause/support");
        assertEquals(Exit.DONE, alone.code());
        assertTrue(alone.err().contains("stays paused, by paused-tenant/tenant-pause"), alone.err());
        assertEquals(List.of(), pointers("tenant-pause/support"));

        assertEquals(Exit.DONE, run("mailboxes", "resume", "tenant-pause").code());
        assertEquals(2, pointers("tenant-pause/support").size());
    }

    @Test
    void remove_marksIt_andApplyBringsItBack() throws Exception {
        String file = file("removing", "support", "now");
        run("mailboxes", "apply", file);
        Mailbox before = mailbox("removing").getLast();

        Ran removed = run("mailboxes", "remove", "removing/support");
        assertEquals(Exit.DONE, removed.code());
        assertTrue(
                removed.err().contains("what was skipped is not handled again when it is applied again"),
                removed.err());
        assertTrue(mailbox("removing").getLast().removed());
        assertTrue(line(run("mailboxes", "list"), "removing/support").contains("removed"));
        assertEquals(
                Exit.INCOMPLETE, run("mailboxes", "pause", "removing/support").code());

        run("mailboxes", "apply", file);
        assertEquals(before, mailbox("removing").getLast());
    }

    @Test
    void pause_ofNone_isNotDone() throws Exception {
        Ran ran = run("mailboxes", "pause", "nobody/here");

        assertEquals(Exit.INCOMPLETE, ran.code());
        assertTrue(ran.err().contains("no such mailbox: nobody/here"), ran.err());
    }

    @Test
    void list_withWatch_tellsWhatListens() throws Exception {
        run("mailboxes", "apply", file("listened", "support", "now"));
        HttpServer watch = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        watch.createContext("/internal/listeners", exchange -> {
            boolean allowed =
                    "Bearer secret".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body = """
                [{"tenant":"listened","mailbox":"support","folder":"INBOX","state":"idle","since":"2026-06-01T12:00:00Z"},
                 {"tenant":"listened","mailbox":"support","folder":"Sales","state":"retrying","lastError":"CREDENTIALS_REFUSED"}]
                """.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(allowed ? 200 : 401, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        watch.start();
        try {
            String url = "http://127.0.0.1:" + watch.getAddress().getPort();
            runFile("http://127.0.0.1:1", url).write(Files.createDirectories(home.resolve(".waybill")));

            String line = line(run("mailboxes", "list"), "listened/support");

            assertTrue(line.contains("idle, Sales retrying after CREDENTIALS_REFUSED"), line);
            assertTrue(
                    line.contains("/imap/notifications?k="
                            + mailbox("listened").getLast().k()),
                    line);
        } finally {
            watch.stop(0);
        }
    }

    @Test
    void callback_tellsAddressFoldersAndWhereTheSecretIs() throws Exception {
        String file = file("calling", "support", "now");
        run("mailboxes", "apply", file);
        String path = "/imap/notifications?k=" + mailbox("calling").getLast().k();

        Ran without = run("mailboxes", "callback", "calling/support");
        assertEquals(Exit.DONE, without.code(), without.err());
        assertTrue(without.out().contains("address  (your ingress-imap)" + path), without.out());
        assertTrue(without.out().contains("folders  INBOX, Sales"), without.out());
        assertTrue(without.out().contains("secret   none of its own"), without.out());

        Files.writeString(Path.of(file), "      callbackSecret: file:calling\n", StandardOpenOption.APPEND);
        run("mailboxes", "apply", file);
        Ran missing = run("mailboxes", "callback", "calling/support");
        assertTrue(missing.out().contains("secret   file:calling, which is not to be found here"), missing.out());

        Files.writeString(
                Files.createDirectories(home.resolve(".waybill/secrets")).resolve("calling"), "whsec_AAAA");
        Ran there = run("mailboxes", "callback", "--json", "calling/support");
        assertEquals(
                "{\"mailbox\":\"calling/support\",\"path\":\"" + path
                        + "\",\"folders\":[\"INBOX\",\"Sales\"],\"secret\":\"file:calling\"}",
                there.out().strip());
        assertFalse((there.out() + there.err()).contains("whsec_AAAA"));
        assertEquals(
                Exit.INCOMPLETE, run("mailboxes", "callback", "nobody/here").code());
    }

    @Test
    void apply_askingTheProcessor_takesItsHandlersAndNoOther() throws Exception {
        HttpServer processor = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        processor.createContext("/internal/handlers", exchange -> {
            boolean allowed =
                    "Bearer secret".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body = "[\"crm\",\"tickets\"]".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(allowed ? 200 : 401, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        processor.start();
        String file = file("asking", "support", "now");
        Files.writeString(Path.of(file), "    handlers: [tickets, crm]\n", StandardOpenOption.APPEND);
        try {
            assertEquals(Exit.USAGE, run("mailboxes", "apply", file).code());

            String url = "http://127.0.0.1:" + processor.getAddress().getPort();
            runFile(url, null).write(Files.createDirectories(home.resolve(".waybill")));
            Ran ran = run("mailboxes", "apply", file);
            assertEquals(Exit.DONE, ran.code(), ran.out() + ran.err());
            assertEquals(List.of("tickets", "crm"), mailbox("asking").getLast().handlers());

            Files.writeString(Path.of(file), Files.readString(Path.of(file)).replace("[tickets, crm]", "[erp]"));
            assertTrue(run("mailboxes", "apply", file).out().contains("is not a handler; wanted: one of crm, tickets"));
            assertEquals(
                    Exit.DONE,
                    run("mailboxes", "apply", "--handler", "erp", file).code());
        } finally {
            processor.stop(0);
        }
        Ran alone = run("mailboxes", "apply", "--handler", "erp", file);
        assertEquals(Exit.DONE, alone.code(), alone.err());
        assertTrue(alone.err().contains("the processor could not be asked for its handlers"), alone.err());
    }

    @Test
    @DisplayName(
            "a mailbox in Microsoft 365 is listed with its subscription, its last notification and listing, and what"
                    + " was missed")
    void list_microsoft_tellsOfItsSubscription() throws Exception {
        run("mailboxes", "apply", microsoftFile("subscribed"));
        run("mailboxes", "apply", microsoftFile("refused"));
        MailboxKey subscribed = new MailboxKey("subscribed", "support");
        Instant end = Instant.parse("2026-06-07T12:00:00Z");
        cluster.put(SubscriptionTable.record(Subscription.active(
                subscribed,
                Instant.EPOCH,
                new Subscription.Held(
                        "sub-1",
                        new Subscription.Terms("inc", "app", "resource", "https://in.example.com/", "key"),
                        end,
                        Instant.EPOCH,
                        Instant.EPOCH))));
        cluster.put(SubscriptionTable.record(Subscription.failing(
                new MailboxKey("refused", "support"),
                Instant.EPOCH,
                null,
                FailureCode.CREDENTIALS_REFUSED,
                "the app may not read this mailbox")));
        HttpServer processor = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        processor.createContext("/internal/mailboxes", exchange -> {
            byte[] body = """
                [{"tenant":"subscribed","mailbox":"support","lastNotificationAt":"2026-06-01T12:00:00Z",
                  "lastListingAt":"2026-06-01T12:10:00.123Z","foundByListing":3}]
                """.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        processor.start();
        try {
            String url = "http://127.0.0.1:" + processor.getAddress().getPort();
            runFile(url, "http://127.0.0.1:1").write(Files.createDirectories(home.resolve(".waybill")));

            Ran ran = run("mailboxes", "list");

            String line = line(ran, "subscribed/support");
            assertTrue(line.contains("subscribed until 2026-06-0"), line);
            assertTrue(line.matches(".*2026-06-0\\d \\d\\d:\\d\\d +2026-06-0\\d \\d\\d:\\d\\d +3 +-$"), line);
            assertTrue(line(ran, "refused/support").contains("no subscription: CREDENTIALS_REFUSED"), ran.out());
            assertTrue(ran.err().contains("refused/support: the app may not read this mailbox"), ran.err());
            String json = line(run("mailboxes", "list", "--json"), "\"subscribed/support\"");
            assertTrue(
                    json.contains(
                            "\"subscription\":{\"state\":\"active\",\"since\":\"1970-01-01T00:00:00Z\",\"expiresAt\":\""
                                    + end + "\""),
                    json);
            assertTrue(json.contains("\"foundByListing\":3"), json);
        } finally {
            processor.stop(0);
        }
    }

    @Test
    void google_isAppliedWithItsPushRegistration_whichIsNoControl() throws Exception {
        String file = googleFile("pushed", "pushed", "k-1");

        Ran applied = run("mailboxes", "apply", file);
        assertEquals(Exit.DONE, applied.code(), applied.err());
        assertTrue(
                line(applied, "k-1").strip().matches("k-1 +new +projects/acme-mail/subscriptions/pushed"),
                applied.out());
        assertEquals("", applied.err());
        try (KafkaMailboxDirectory directory = new KafkaMailboxDirectory(cluster.kafka())) {
            assertTrue(directory.awaitComplete(Duration.ofSeconds(30)));
            PushRegistration registration = directory.pushRegistration("k-1").orElseThrow();
            assertEquals(
                    List.of(mailbox("pushed").getLast()),
                    List.copyOf(directory.ofGoogle(registration.topic(), "support@x.example")));
        }
        Ran list = run("mailboxes", "list");
        assertFalse(list.err().contains("cannot be read"), list.err());
        assertTrue(line(list, "subscriptions/pushed").contains("/google/push?k=k-1"), list.out());
        assertTrue(
                line(run("mailboxes", "list", "--json"), "\"pushRegistration\":\"k-1\"")
                        .contains("\"callback\":\"/google/push?k=k-1\""),
                "as an object");

        String again = run("mailboxes", "apply", "--json", file).out();
        assertTrue(again.contains("{\"pushRegistration\":\"k-1\",\"change\":\"unchanged\""), again);
    }

    @Test
    void list_withoutMailboxes_showsThePushRegistrations() throws Exception {
        try (KafkaFixture empty = KafkaFixture.startPrivate()) {
            Map<String, Object> kafka = Map.of("bootstrap.servers", empty.bootstrapServers());
            try (Admin admin = Admin.create(kafka)) {
                TopicAdmin.create(admin, 1, 1);
            }
            Run waybill = new Run(home).with("WAYBILL_BOOTSTRAP_SERVERS", empty.bootstrapServers());
            PushRegistration registration = new PushRegistration(
                    "k-alone",
                    "projects/acme-mail/topics/alone",
                    "projects/acme-mail/subscriptions/alone",
                    "https://in.example.com",
                    "push@acme-mail.iam.gserviceaccount.com");
            try (ExclusiveWriter writer = new ExclusiveWriter(kafka, MailboxApply.TRANSACTIONAL_ID)) {
                writer.put(Topics.CONTROLS, registration.key(), KafkaMailboxDirectory.encode(registration));
                writer.commit();
            }

            Ran list = waybill.execute("mailboxes", "list");
            assertEquals(Exit.DONE, list.code(), list.err());
            assertTrue(list.out().startsWith("No mailboxes."), list.out());
            assertTrue(line(list, "subscriptions/alone").contains("/google/push?k=k-alone"), list.out());
            Ran json = waybill.execute("mailboxes", "list", "--json");
            assertTrue(json.out().startsWith("{\"pushRegistration\":\"k-alone\""), json.out());
        }
    }

    @Test
    void apply_otherPushRegistrationOfTheTopic_takesTheFirstAway_butNoneOfAnotherTopic() throws Exception {
        run("mailboxes", "apply", googleFile("rotated", "rotated", "r-1"));
        run("mailboxes", "apply", googleFile("beside", "beside", "r-2"));

        Ran ran = run("mailboxes", "apply", googleFile("rotated", "rotated", "r-3"));

        assertTrue(line(ran, "r-1").contains("removed"), ran.out());
        assertEquals(Set.of("r-2", "r-3"), pushRegistrations("r-"));
    }

    @Test
    void remove_ofAPushRegistration_warnsOfTheMailboxesThatNobodyAnnounces() throws Exception {
        run("mailboxes", "apply", googleFile("silenced", "silenced", "s-1"));

        Ran ran = run("mailboxes", "remove", "--push-registration", "s-1");

        assertEquals(Exit.DONE, ran.code(), ran.err());
        assertEquals(Set.of(), pushRegistrations("s-"));
        assertTrue(
                run("mailboxes", "list").err().contains("silenced/support: no push registration speaks for its topic"));
        assertEquals(
                Exit.INCOMPLETE,
                run("mailboxes", "remove", "--push-registration", "s-1").code());
        assertEquals(Exit.USAGE, run("mailboxes", "remove").code());
        assertEquals(
                Exit.USAGE,
                run("mailboxes", "remove", "silenced/support", "--push-registration", "s-1")
                        .code());
    }

    @Test
    void callback_ofGoogle_tellsWhatToSetInGoogleCloud() throws Exception {
        run("mailboxes", "apply", googleFile("told", "told", "t-1"));
        String command = "gcloud pubsub subscriptions create projects/acme-mail/subscriptions/told"
                + " --topic=projects/acme-mail/topics/told --push-endpoint='%s/google/push?k=t-1'"
                + " --push-auth-service-account=push@acme-mail.iam.gserviceaccount.com"
                + " --push-auth-token-audience='https://in.example.com' --ack-deadline=10 --expiration-period=never";

        Ran unknown = run("mailboxes", "callback", "told/support");
        assertEquals(Exit.DONE, unknown.code(), unknown.err());
        assertTrue(unknown.out().contains(command.formatted("https://YOUR-PUBLIC-URL")), unknown.out());

        runFile("http://127.0.0.1:1", "http://127.0.0.1:1").write(Files.createDirectories(home.resolve(".waybill")));
        Ran known = run("mailboxes", "callback", "told/support");
        assertTrue(known.out().contains(command.formatted("https://in.example.com")), known.out());
        assertTrue(known.out().contains("push endpoint    https://in.example.com/google/push?k=t-1\n"), known.out());
        String json = run("mailboxes", "callback", "--json", "told/support").out();
        assertTrue(json.contains("\"url\":\"https://in.example.com/google/push?k=t-1\""), json);
    }

    @Test
    void callback_ofGoogleWithoutTopic_saysThatItIsListed() throws Exception {
        String file = googleFile("untold", "untold", "u-1");
        Files.writeString(
                Path.of(file),
                Files.readString(Path.of(file)).replace("      topic: projects/acme-mail/topics/untold\n", ""));
        run("mailboxes", "apply", file);
        cluster.put(SubscriptionTable.record(Subscription.listed(new MailboxKey("untold", "support"), Instant.EPOCH)));

        Ran ran = run("mailboxes", "callback", "untold/support");

        assertEquals(Exit.USAGE, ran.code());
        assertTrue(ran.err().contains("untold/support has no topic"), ran.err());
        assertTrue(line(run("mailboxes", "list"), "untold/support").contains("listed often, for it has no topic"));
    }

    /** Those whose k begins so. */
    private static Set<String> pushRegistrations(String prefix) {
        return MailboxTable.read(cluster.kafka()).pushRegistrations().keySet().stream()
                .filter(k -> k.startsWith(prefix))
                .collect(Collectors.toSet());
    }

    private String googleFile(String tenant, String topic, String k) throws IOException {
        return Files.writeString(home.resolve(tenant + ".yml"), """
            mailboxes:
              - tenant: %1$s
                mailbox: support
                provider: google
                address: support@x.example
                google:
                  credentials: file:x.json
                  subject: support@x.example
                  topic: projects/acme-mail/topics/%2$s
            pushRegistrations:
              - k: %3$s
                topic: projects/acme-mail/topics/%2$s
                subscription: projects/acme-mail/subscriptions/%2$s
                audience: https://in.example.com
                serviceAccount: push@acme-mail.iam.gserviceaccount.com
            """.formatted(tenant, topic, k))
                .toString();
    }

    private String microsoftFile(String tenant) throws IOException {
        return Files.writeString(home.resolve(tenant + ".yml"), """
            mailboxes:
              - tenant: %s
                mailbox: support
                provider: microsoft
                address: support@x.example
                microsoft:
                  tenantId: 9f0d7c1e-2b3a-4c5d-8e6f-0a1b2c3d4e5f
                  clientId: 1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d
                  clientSecret: file:x
                  userId: support@x.example
            """.formatted(tenant))
                .toString();
    }

    @Test
    void list_withoutWatch_saysWhy() throws Exception {
        run("mailboxes", "apply", file("unlistened", "support", "now"));

        Ran ran = run("mailboxes", "list");

        assertTrue(ran.out().contains("LISTENER is not known: no watch was started from"), ran.out());
        assertFalse(line(ran, "unlistened/support").contains("idle"));
    }

    private static RunFile runFile(String processor, String watch) {
        return new RunFile(
                1,
                Instant.EPOCH,
                "127.0.0.1:1",
                null,
                "jdbc:postgresql://127.0.0.1:1/x",
                "x",
                null,
                processor,
                watch,
                null,
                null,
                null,
                "https://in.example.com/",
                "secret",
                "x",
                null,
                null);
    }

    private Ran run(String... args) {
        return cluster.run(home).execute(args);
    }

    private static String line(Ran ran, String mailbox) {
        return ran.out()
                .lines()
                .filter(line -> line.contains(mailbox))
                .findFirst()
                .orElseThrow();
    }

    private String file(String tenant, String user, String since) throws IOException {
        return Files.writeString(home.resolve(tenant + ".yml"), """
            mailboxes:
              - tenant: %s
                mailbox: support
                provider: imap
                address: support@x.example
                imap:
                  host: imap.x.example
                  username: %s
                  password: file:x
                  folders: [INBOX, Sales]
                  since: %s
            """.formatted(tenant, user, since))
                .toString();
    }

    /** Every version of it, in order. */
    private static List<Mailbox> mailbox(String tenant) {
        return cluster.read(Topics.MAILBOXES).stream()
                .filter(record -> new String(record.key(), StandardCharsets.UTF_8).equals(tenant + "/support"))
                .map(record -> {
                    try {
                        return KafkaMailboxDirectory.decodeMailbox(record.value());
                    } catch (IOException broken) {
                        throw new AssertionError(broken);
                    }
                })
                .toList();
    }

    private static List<PointerJob> pointers(String mailbox) {
        return cluster.read(Topics.POINTERS).stream()
                .filter(record -> new String(record.key(), StandardCharsets.UTF_8).equals(mailbox))
                .map(record -> switch (PointerJobCodec.decode(record.key(), record.value())) {
                    case Decoded.Job decoded -> decoded.job();
                    case Decoded.Rejected rejected -> throw new AssertionError(rejected);
                })
                .toList();
    }
}
