package io.waybill.cli.mailboxes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.cli.Problem;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.ImapSignIn;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.PushRegistration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailboxesFileTest {
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-06-01T12:00:00Z"), ZoneOffset.UTC);
    private static final String MINIMAL = """
        mailboxes:
          - tenant: acme
            mailbox: support
            provider: imap
            address: support@acme.example
            imap:
              host: imap.acme.example
              username: support
              password: file:acme.password
        """;

    private static final String MICROSOFT = MINIMAL.replace("      password: file:acme.password\n", """
              oauth:
                provider: microsoft
                tenantId: contoso.example
                clientId: 1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d
                clientSecret: env:WAYBILL_SECRET_APP
        """);

    private static final String GOOGLE = MINIMAL.replace("      password: file:acme.password\n", """
              oauth:
                provider: google
                serviceAccount: file:acme.json
        """);

    private static final String GRAPH = """
        mailboxes:
          - tenant: acme
            mailbox: support
            provider: microsoft
            address: support@acme.example
            microsoft:
              tenantId: 9F0D7C1E-2b3a-4c5d-8e6f-0a1b2c3d4e5f
              clientId: 1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d
              clientSecret: env:WAYBILL_SECRET_GRAPH
              userId: support@acme.example
              since: 2026-05-01
        """;

    private static final String GMAIL = """
        mailboxes:
          - tenant: acme
            mailbox: support
            provider: google
            address: support@acme.example
            google:
              credentials: file:acme-gmail.json
              subject: Support@acme.example
              topic: projects/acme-mail/topics/gmail
              since: 2026-05-01
        pushRegistrations:
          - k: 5f3a9c
            topic: projects/acme-mail/topics/gmail
            subscription: projects/acme-mail/subscriptions/waybill
            audience: https://in.acme.example/google/push
            serviceAccount: push@acme-mail.iam.gserviceaccount.com
        """;

    private static final String EVERYTHING = """
        mailboxes:
          - tenant: acme
            mailbox: support
            provider: imap
            address: support@acme.example
            handlers: [rehearsal, tickets]
            limits:
              permits: 4
              maxMessageBytes: 1048576
            imap:
              host: imap.acme.example
              port: 143
              tls: none
              allowPlaintext: true
              username: support
              password: file:acme.password
              folders: [inbox, Orders/New]
              since: 2026-05-01
              callbackSecret: env:WAYBILL_SECRET_CALLBACK
        """;

    @TempDir
    Path folder;

    @Test
    void read_minimal_takesTheDefaults() {
        MailboxEntry entry = parse(MINIMAL).rightOrProblem().entries().getFirst();

        assertEquals(
                new MailboxEntry(
                        new MailboxKey("acme", "support"),
                        "support@acme.example",
                        List.of("tickets"),
                        MailboxLimits.DEFAULTS,
                        new ImapAccount(
                                "imap.acme.example",
                                993,
                                ImapAccount.Tls.TLS,
                                "support",
                                new CredentialReference("file:acme.password"),
                                List.of("INBOX"),
                                null),
                        Optional.empty()),
                entry);
    }

    @Test
    void read_microsoft_takesTheDefaults() {
        MailboxEntry entry = parse(GRAPH).rightOrProblem().entries().getFirst();
        assertEquals(
                new MicrosoftAccount(
                        "9f0d7c1e-2b3a-4c5d-8e6f-0a1b2c3d4e5f",
                        "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
                        new MicrosoftAccount.ClientSecret(new CredentialReference("env:WAYBILL_SECRET_GRAPH")),
                        "support@acme.example",
                        "inbox",
                        MicrosoftAccount.Cloud.GLOBAL),
                entry.source());
        assertEquals(Optional.of(Instant.parse("2026-05-01T00:00:00Z")), entry.since());

        String signedIn = "      clientSecret: env:WAYBILL_SECRET_GRAPH\n";
        MailboxEntry certificate = parse(
                        GRAPH.replace(signedIn, "      certificate: file:acme.pem\n      cloud: usgov\n"))
                .rightOrProblem()
                .entries()
                .getFirst();
        assertEquals(
                List.of(new CredentialReference("file:acme.pem")),
                ((MicrosoftAccount) certificate.source()).signIn().credentials());
        MailboxEntry shared =
                parse(GRAPH.replace(signedIn, "")).rightOrProblem().entries().getFirst();
        assertEquals(new MicrosoftAccount.SharedApp(), ((MicrosoftAccount) shared.source()).signIn());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tenantId: 9F0D7C1E-2b3a-4c5d-8e6f-0a1b2c3d4e5f | tenantId: acme.onmicrosoft.com | tenantId",
                "userId: support@acme.example | userId: a/b | userId",
                "since: 2026-05-01 | cloud: mars | cloud",
                "since: 2026-05-01 | folder: inbox/messages | folder",
                "since: 2026-05-01 | certificate: file:acme.pem | clientSecret",
                "clientSecret: env:WAYBILL_SECRET_GRAPH | clientSecret: hunter2 | clientSecret",
                "provider: microsoft | provider: imap | imap",
                "since: 2026-05-01 | since: 2999-05-01 | since",
            })
    void read_microsoftMistake_namesTheField(String right, String wrong, String field) {
        List<Mistake> mistakes = parse(GRAPH.replace(right, wrong)).mistakes();
        assertTrue(mistakes.stream().anyMatch(mistake -> mistake.toString().contains(field)), mistakes::toString);
        assertFalse(mistakes.toString().contains("hunter2"), "a secret that was written out");
    }

    @Test
    void read_google_hasItsAccountAndItsPushRegistration() {
        MailboxesFile file = parse(GMAIL).rightOrProblem();

        assertEquals(
                new GoogleAccount(
                        new CredentialReference("file:acme-gmail.json"),
                        "support@acme.example",
                        "projects/acme-mail/topics/gmail"),
                file.entries().getFirst().source());
        assertEquals(
                Optional.of(Instant.parse("2026-05-01T00:00:00Z")),
                file.entries().getFirst().since());
        assertEquals(
                List.of(new PushRegistration(
                        "5f3a9c",
                        "projects/acme-mail/topics/gmail",
                        "projects/acme-mail/subscriptions/waybill",
                        "https://in.acme.example/google/push",
                        "push@acme-mail.iam.gserviceaccount.com")),
                file.pushRegistrations());

        MailboxEntry listed = parse(
                        GMAIL.replace("      topic: projects/acme-mail/topics/gmail\n      since", "      since"))
                .rightOrProblem()
                .entries()
                .getFirst();
        assertNull(((GoogleAccount) listed.source()).topic());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "credentials: file:acme-gmail.json | credentials: hunter2 | f.yml:7:7: mailboxes[0].google.credentials"
                        + " is not what can stand here; a secret must not be written out in this file; wanted: where"
                        + " the secret is: env:WAYBILL_SECRET_<NAME>, or file:<NAME> in the secrets directory",
                "subject: Support@acme.example | subject: support | f.yml:8:7: mailboxes[0].google.subject is not what"
                        + " can stand here; wanted: the user's address, whom the service account acts for, such as"
                        + " support@example.com",
                "'      topic: projects/acme-mail/topics/gmail' | '      topic: gmail' | f.yml:9:7:"
                        + " mailboxes[0].google.topic is not what can stand here; wanted: a Pub/Sub topic,"
                        + " projects/PROJECT/topics/TOPIC",
                "since: 2026-05-01 | since: 2999-05-01 | f.yml:10:7: mailboxes[0].google.since is in the future;"
                        + " wanted: now, or a date that has come",
                "provider: google | provider: imap | f.yml:2:5: mailboxes[0].imap is missing ## f.yml:6:5:"
                        + " mailboxes[0].google is not what can stand here; wanted: no google with provider: imap",
                "provider: google | provider: microsoft | f.yml:2:5: mailboxes[0].microsoft is missing ## f.yml:6:5:"
                        + " mailboxes[0].google is not what can stand here; wanted: no google with provider: microsoft",
                "k: 5f3a9c | k: 5f 3a | f.yml:12:5: pushRegistrations[0].k is not what can stand here; wanted: a"
                        + " random name of 1 to 64 characters of a-z, A-Z, 0-9, '_' and '-', as in the push endpoint's"
                        + " URL; such as openssl rand -hex 8 gives",
                "subscriptions/waybill | topics/waybill | f.yml:14:5: pushRegistrations[0].subscription is not what"
                        + " can stand here; wanted: the push subscription, projects/PROJECT/subscriptions/SUBSCRIPTION",
                "serviceAccount: push@acme-mail.iam.gserviceaccount.com | serviceAccount: push | f.yml:16:5:"
                        + " pushRegistrations[0].serviceAccount is not what can stand here; wanted: the address of the"
                        + " service account that is set at the subscription to authenticate pushes",
                "    audience: https://in.acme.example/google/push | '' | f.yml:12:5: pushRegistrations[0].audience is"
                        + " missing; wanted: the audience that is set at the subscription, a text without blanks of up"
                        + " to 1024 characters",
            })
    void read_googleMistake_saysWhereAndWhatIsWanted(String right, String wrong, String expected) {
        assertMistakes(GMAIL.replace(right, wrong), expected);
    }

    @Test
    void read_twoPushRegistrationsOfOneKOrSubscription_areRefused() {
        String again = GMAIL.substring(GMAIL.indexOf("  - k:"));

        assertMistakes(
                GMAIL + again.replace("subscriptions/waybill", "subscriptions/other"),
                "f.yml:17:5: pushRegistrations[1].k is that of pushRegistrations[0]; wanted: another random name: it"
                        + " tells pushes of one subscription from another's");
        assertMistakes(
                GMAIL + again.replace("5f3a9c", "other"),
                "f.yml:19:5: pushRegistrations[1].subscription is that of pushRegistrations[0]; wanted: one"
                        + " registration for each subscription");
    }

    @Test
    void read_everything_takesAll() {
        MailboxEntry entry = parse(EVERYTHING).rightOrProblem().entries().getFirst();

        assertEquals(
                new ImapAccount(
                        "imap.acme.example",
                        143,
                        ImapAccount.Tls.NONE,
                        "support",
                        new CredentialReference("file:acme.password"),
                        List.of("INBOX", "Orders/New"),
                        new CredentialReference("env:WAYBILL_SECRET_CALLBACK")),
                entry.source());
        assertEquals(List.of("rehearsal", "tickets"), entry.handlers());
        assertEquals(Optional.of(Instant.parse("2026-05-01T00:00:00Z")), entry.since());
        assertEquals(new MailboxLimits(4, 1_048_576L), entry.limits());
    }

    @Test
    void schema_hasNoFieldThatIsNotRead() {
        Set<String> fields = new TreeSet<>();
        new MailboxesSchema()
                .tree()
                .findValues("properties")
                .forEach(object -> object.fieldNames().forEachRemaining(fields::add));

        assertEquals(
                (EVERYTHING + MICROSOFT + GOOGLE + GRAPH + GMAIL + "certificate:\nfolder:\ncloud:\n")
                        .lines()
                        .map(line -> line.replaceAll("^[ -]*([a-zA-Z]+):.*", "$1"))
                        .collect(Collectors.toCollection(TreeSet::new)),
                fields);
    }

    @Test
    void read_oauth_isTheSignIn() {
        assertEquals(
                new ImapSignIn.MicrosoftApp(
                        "contoso.example",
                        "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
                        new CredentialReference("env:WAYBILL_SECRET_APP")),
                signIn(MICROSOFT));
        assertEquals(new ImapSignIn.GoogleServiceAccount(new CredentialReference("file:acme.json")), signIn(GOOGLE));
        assertEquals(new ImapSignIn.Password(new CredentialReference("file:acme.password")), signIn(MINIMAL));
    }

    @Test
    void read_neitherPasswordNorOauth_saysThatOneIsMissing() {
        assertMistakes(
                MINIMAL.replace("      password: file:acme.password\n", ""),
                "f.yml:6:5: mailboxes[0].imap.password is missing; wanted: where the password is, as"
                        + " env:WAYBILL_SECRET_<NAME> or file:<NAME> in the secrets directory; or oauth in its place");
    }

    @Test
    void read_passwordAndOauth_saysThatOneIsTooMany() {
        assertMistakes(
                GOOGLE + "      password: file:acme.password\n",
                "f.yml:12:7: mailboxes[0].imap.password is not what can stand here; wanted: no password beside oauth:"
                        + " an account is signed in to by one of them");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "provider: microsoft | provider: yahoo | f.yml:10:9: mailboxes[0].imap.oauth.provider is not what can"
                        + " stand here; wanted: microsoft or google",
                "provider: microsoft | providr: microsoft | f.yml:9:7: mailboxes[0].imap.oauth.provider is missing;"
                        + " wanted: microsoft or google",
                "tenantId: contoso.example | tenantId: ../common | f.yml:11:9: mailboxes[0].imap.oauth.tenantId is not"
                        + " what can stand here; wanted: the directory (tenant) id of the app in Microsoft Entra, or a"
                        + " domain of the directory",
                "clientId | clientld | f.yml:9:7: mailboxes[0].imap.oauth.clientId is missing; wanted: the application"
                    + " (client) id of the app in Microsoft Entra ## f.yml:12:9: mailboxes[0].imap.oauth.clientld is"
                    + " not a field; did you mean clientId?",
                "env:WAYBILL_SECRET_APP | hunter2 | f.yml:13:9: mailboxes[0].imap.oauth.clientSecret is not what can"
                        + " stand here; a secret must not be written out in this file; wanted: where the secret is:"
                        + " env:WAYBILL_SECRET_<NAME>, or file:<NAME> in the secrets directory",
                "clientSecret: env:WAYBILL_SECRET_APP | serviceAccount: file:a | f.yml:9:7:"
                        + " mailboxes[0].imap.oauth.clientSecret is missing; wanted: where the secret is:"
                        + " env:WAYBILL_SECRET_<NAME>, or file:<NAME> in the secrets directory ## f.yml:13:9:"
                        + " mailboxes[0].imap.oauth.serviceAccount is not a field; wanted: one of provider, tenantId,"
                        + " clientId, clientSecret",
                "provider: microsoft | provider: google | f.yml:9:7: mailboxes[0].imap.oauth.serviceAccount is missing;"
                        + " wanted: where the secret is: env:WAYBILL_SECRET_<NAME>, or file:<NAME> in the secrets"
                        + " directory ## f.yml:11:9: mailboxes[0].imap.oauth.tenantId is not a field; wanted: one of"
                        + " provider, serviceAccount ## f.yml:12:9: mailboxes[0].imap.oauth.clientId is not a field;"
                        + " wanted: one of provider, serviceAccount ## f.yml:13:9: mailboxes[0].imap.oauth.clientSecret"
                        + " is not a field; wanted: one of provider, serviceAccount",
            })
    void read_aMistakeInTheOauth_saysWhereAndWhatIsWanted(String right, String wrong, String expected) {
        assertMistakes(MICROSOFT.replace(right, wrong), expected);
    }

    @Test
    void read_oauthThatIsAText_saysWhatIsWanted() {
        assertMistakes(
                MINIMAL.replace("password: file:acme.password", "oauth: file:acme.password"),
                "f.yml:9:7: mailboxes[0].imap.oauth is a text; wanted: an object with provider, and tenantId, clientId"
                        + " and clientSecret for microsoft, or serviceAccount for google");
    }

    private static ImapSignIn signIn(String text) {
        return ((ImapAccount) parse(text).rightOrProblem().entries().getFirst().source()).signIn();
    }

    @Test
    void schema_saysTheDefaultsThatAreTaken() {
        Map<String, String> defaults = new TreeMap<>();
        new MailboxesSchema()
                .tree()
                .findValues("properties")
                .forEach(object -> object.properties().forEach(field -> {
                    if (field.getValue().has("default")) {
                        defaults.put(
                                field.getKey(), field.getValue().get("default").toString());
                    }
                }));

        assertEquals(
                Map.of(
                        "handlers", "[\"tickets\"]",
                        "permits", "2",
                        "maxMessageBytes", "134217728",
                        "tls", "\"tls\"",
                        "allowPlaintext", "false",
                        "folders", "[\"INBOX\"]",
                        "folder", "\"inbox\"",
                        "cloud", "\"global\"",
                        "since", "\"now\""),
                defaults);
        assertEquals(new MailboxLimits(2, 134217728L), MailboxLimits.DEFAULTS);
    }

    @ParameterizedTest
    @CsvSource({
        "now,",
        "2026-05-01, 2026-05-01T00:00:00Z",
        "2026-05-01T08:00Z, 2026-05-01T08:00:00Z",
        "2026-05-01T08:00:30.5Z, 2026-05-01T08:00:30.500Z"
    })
    void since_ofEachForm(String written, Instant since) {
        assertEquals(
                Optional.ofNullable(since),
                parse(MINIMAL + "      since: " + written + "\n")
                        .rightOrProblem()
                        .entries()
                        .getFirst()
                        .since());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tenant: acme      | tenant: Acme      | f.yml:2:5: mailboxes[0].tenant is not what can stand here;"
                        + " wanted: a name of 1 to 63 characters of a-z, 0-9, '.', '_' and '-', the first a letter or a"
                        + " digit",
                "tenant: acme      | tenant: 12        | f.yml:2:5: mailboxes[0].tenant is a number, and a text only"
                        + " in quotes; wanted: a name of 1 to 63 characters of a-z, 0-9, '.', '_' and '-', the first a"
                        + " letter or a digit",
                "provider: imap    | provider: pop3    | f.yml:4:5: mailboxes[0].provider is not what can stand here;"
                        + " wanted: imap, microsoft or google",
                "support@acme.example | nowhere        | f.yml:5:5: mailboxes[0].address is not what can stand here;"
                        + " wanted: the mailbox's own address, such as support@example.com",
                "host: imap.acme.example | host: a b   | f.yml:7:7: mailboxes[0].imap.host is not what can stand"
                        + " here; wanted: the name or address of the mail server",
                "username: support | usrname: support  | f.yml:6:5: mailboxes[0].imap.username is missing; wanted: the"
                        + " login name, a text of 1 to 320 characters ## f.yml:8:7: mailboxes[0].imap.usrname is not a"
                        + " field; did you mean username?",
                "username: support | username: no      | f.yml:8:7: mailboxes[0].imap.username is true or false, and a"
                        + " text only in quotes; wanted: the login name, a text of 1 to 320 characters",
                "file:acme.password | hunter2          | f.yml:9:7: mailboxes[0].imap.password is not what can stand"
                        + " here; a secret must not be written out in this file; wanted: where the secret is:"
                        + " env:WAYBILL_SECRET_<NAME>, or file:<NAME> in the secrets directory",
                "file:acme.password | 4711             | f.yml:9:7: mailboxes[0].imap.password is a number, and a text"
                        + " only in quotes; a secret must not be written out in this file; wanted: where the secret is:"
                        + " env:WAYBILL_SECRET_<NAME>, or file:<NAME> in the secrets directory",
                "file:acme.password | env:HOME         | f.yml:9:7: mailboxes[0].imap.password is not what can stand"
                        + " here; a secret must not be written out in this file; wanted: where the secret is:"
                        + " env:WAYBILL_SECRET_<NAME>, or file:<NAME> in the secrets directory",
                "file:acme.password | file:../passwd   | f.yml:9:7: mailboxes[0].imap.password is not what can stand"
                        + " here; a secret must not be written out in this file; wanted: where the secret is:"
                        + " env:WAYBILL_SECRET_<NAME>, or file:<NAME> in the secrets directory",
            })
    void read_aMistake_saysWhereAndWhatIsWanted(String right, String wrong, String expected) {
        assertMistakes(MINIMAL.replace(right, wrong), expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "port: 0           | f.yml:10:7: mailboxes[0].imap.port is not what can stand here; wanted: a number"
                        + " from 1 to 65535; without it 993 with tls: tls, else 143",
                "port: imap        | f.yml:10:7: mailboxes[0].imap.port is a text; wanted: a number from 1 to 65535;"
                        + " without it 993 with tls: tls, else 143",
                "tls: sometimes    | f.yml:10:7: mailboxes[0].imap.tls is not what can stand here; wanted: tls,"
                        + " starttls or none; without it tls",
                "tls: none         | f.yml:10:7: mailboxes[0].imap.tls is none for another machine: credential and mail"
                        + " would be readable on the way; wanted: tls or starttls, or allowPlaintext: true beside it",
                "allowPlaintext: 1 | f.yml:10:7: mailboxes[0].imap.allowPlaintext is a number; wanted: true where"
                        + " tls: none may go to another machine, with the password and the mail readable on the way",
                "folders: INBOX    | f.yml:10:7: mailboxes[0].imap.folders is a text; wanted: a list of 1 to 50"
                        + " folders, each once; without it [INBOX]",
                "folders: []       | f.yml:10:7: mailboxes[0].imap.folders is not what can stand here; wanted: a list"
                        + " of 1 to 50 folders, each once; without it [INBOX]",
                "folders: [A, A]   | f.yml:10:7: mailboxes[0].imap.folders is not what can stand here; wanted: a list"
                        + " of 1 to 50 folders, each once; without it [INBOX]",
                "folders: ['']     | f.yml:10:17: mailboxes[0].imap.folders[0] is not what can stand here; wanted: the"
                        + " name of a folder, a text of 1 to 255 characters",
                "since: yesterday  | f.yml:10:7: mailboxes[0].imap.since is not what can stand here; wanted: now, a"
                    + " date such as 2026-05-01 (its first moment in UTC) or an instant such as 2026-05-01T08:00:00Z,"
                    + " not in the future; without it now",
                "since: 2026-02-30 | f.yml:10:7: mailboxes[0].imap.since is not in the calendar; wanted: now, a date"
                        + " or an instant in UTC",
                "since: 2026-06-02 | f.yml:10:7: mailboxes[0].imap.since is in the future; wanted: now, or a date"
                        + " that has come",
                "callbackSecret: x | f.yml:10:7: mailboxes[0].imap.callbackSecret is not what can stand here; a"
                        + " secret must not be written out in this file; wanted: where the secret is:"
                        + " env:WAYBILL_SECRET_<NAME>, or file:<NAME> in the secrets directory",
                "foldres: [INBOX]  | f.yml:10:7: mailboxes[0].imap.foldres is not a field; did you mean folders?",
                "ssl: true         | f.yml:10:7: mailboxes[0].imap.ssl is not a field; wanted: one of host, port, tls,"
                        + " allowPlaintext, username, password, oauth, folders, since, callbackSecret",
                "host: twice       | f.yml:10:7: mailboxes[0].imap.host stands here a second time; wanted: it once",
                "tls:              | f.yml:10:7: mailboxes[0].imap.tls is not what can stand here; wanted: tls,"
                        + " starttls or none; without it tls",
            })
    void read_aMistakeInTheAccount_saysWhereAndWhatIsWanted(String line, String expected) {
        assertMistakes(MINIMAL + "      " + line + "\n", expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "handlers: [tikets]       | f.yml:10:16: mailboxes[0].handlers[0] is not a handler; did you mean"
                        + " tickets?",
                "handlers: [crm]          | f.yml:10:16: mailboxes[0].handlers[0] is not a handler; wanted: one of"
                        + " rehearsal, tickets",
                "handlers: tickets        | f.yml:10:5: mailboxes[0].handlers is a text; wanted: a list of 1 to 10"
                        + " handlers, run in this order, each once; without it [tickets]",
                "limits: {permits: 65}    | f.yml:10:14: mailboxes[0].limits.permits is not what can stand here;"
                    + " wanted: how many messages are fetched at the same time, a number from 1 to 64; without it 2,"
                    + " as mail servers count connections per account",
                "limits: {permits: 0.5}   | f.yml:10:14: mailboxes[0].limits.permits is a number with a fraction;"
                    + " wanted: how many messages are fetched at the same time, a number from 1 to 64; without it 2,"
                    + " as mail servers count connections per account",
                "limits: {maxMessageBytes: 999999999999} | f.yml:10:14: mailboxes[0].limits.maxMessageBytes is not"
                    + " what can stand here; wanted: the largest message that is fetched, a number of bytes from 1024"
                    + " to 536870912 (512 MiB); without it 128 MiB",
                "limits: &a {permits: 1}  | f.yml:10:13: mailboxes[0].limits is an anchor or an alias; wanted: the"
                        + " value itself, in quotes where it begins with & or *",
                "Limits: {}               | f.yml:10:5: mailboxes[0].Limits is not a field; did you mean limits?",
            })
    void read_aMistakeInTheMailbox_saysWhereAndWhatIsWanted(String line, String expected) {
        assertMistakes(MINIMAL + "    " + line + "\n", expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''               | f.yml:1:1: the file is empty; wanted: mailboxes: and below it a list",
                "hello            | f.yml:1:1: the file is a text; wanted: an object with mailboxes, and"
                        + " pushRegistrations where Pub/Sub pushes",
                "mailbox: []      | f.yml:1:1: mailbox is not a field; did you mean mailboxes? ## f.yml:1:1: mailboxes"
                        + " is missing; wanted: a list of 1 to 10,000 mailboxes",
                "mailboxes: []    | f.yml:1:1: mailboxes is not what can stand here; wanted: a list of 1 to 10,000"
                        + " mailboxes",
                "mailboxes: [1]   | f.yml:1:13: mailboxes[0] is a number; wanted: an object with tenant, mailbox,"
                        + " provider, address and the provider's own part",
            })
    void read_noList_saysWhatIsWanted(String text, String expected) {
        assertMistakes(text, expected);
    }

    @Test
    void read_twoMailboxesOfOneName_isRefused() {
        String again = MINIMAL.substring(MINIMAL.indexOf("  - tenant"));

        assertMistakes(
                MINIMAL + again,
                "f.yml:11:5: mailboxes[1].mailbox is acme/support again, as mailboxes[0] is; wanted: another name, or"
                        + " one entry with all folders");
    }

    @Test
    void read_secondDocument_isRefused() {
        assertMistakes(MINIMAL + "---\nmore: 1\n", "f.yml:11:1: a second document begins here; wanted: one document");
    }

    @Test
    void read_anUnknownNameThatIsNone_isNotRepeated() {
        assertMistakes(
                MINIMAL + "    'pass word=hunter2': 1\n",
                "f.yml:10:5: mailboxes[0].… is not a field; wanted: one of tenant, mailbox, provider, address,"
                        + " handlers, limits, imap, microsoft, google");
    }

    @Test
    void read_aLineEndInAName_isRefused() {
        assertFalse(
                parse(MINIMAL + "      folders: [\"INBOX\\n\"]\n").mistakes().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%hunter2",
                "*hunter2",
                "!hunter2",
                "&hunter2",
                "{hunter2",
                "@hunter2",
                "a: hunter2: b",
                "\"hunter2",
                "[hunter2]",
                "|\n hunter2"
            })
    void read_aSecretThatBreaksTheYaml_isNeverRepeated(String secret) {
        MailboxesFile file = parse(MINIMAL.replace("file:acme.password", secret));

        assertFalse(file.mistakes().isEmpty());
        assertFalse(file.toString().contains("hunter2"), file.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "LOCALHOST", "\"::1\"", "127.1.2.3"})
    void tlsNone_toLoopback_isAllowed(String host) {
        assertEquals(
                1,
                parse(MINIMAL.replace("imap.acme.example", host) + "      tls: none\n")
                        .rightOrProblem()
                        .entries()
                        .size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1.example.com", "localhost.example.com", "10.0.0.1", "128.0.0.1"})
    void tlsNone_toWhatOnlyLooksLikeLoopback_isRefused(String host) {
        assertEquals(
                1,
                parse(MINIMAL.replace("imap.acme.example", host) + "      tls: none\n")
                        .mistakes()
                        .size());
    }

    @Test
    void tlsNone_allowedInSoManyWords_goesAnywhere() {
        MailboxesFile file = parse(MINIMAL + "      tls: none\n      allowPlaintext: true\n");

        assertEquals(
                143, ((ImapAccount) file.rightOrProblem().entries().getFirst().source()).port());
    }

    @Test
    void read_sample_isRight() {
        MailboxesFile file =
                MailboxesFile.read(Path.of("../samples/mailboxes.yml"), Set.of("tickets"), Clock.systemUTC());

        assertEquals(List.of(), file.mistakes());
        assertEquals(7, file.entries().size());
        assertEquals(1, file.pushRegistrations().size());
    }

    @Test
    void read_noFile_isAProblem() {
        Problem problem = assertThrows(
                Problem.class, () -> MailboxesFile.read(folder.resolve("none.yml"), Set.of("tickets"), NOON));

        assertEquals("cannot read the mailboxes: no such file", problem.getMessage());
        assertEquals(2, problem.exitCode());
    }

    @Test
    void read_notUtf8_isAProblem() throws Exception {
        Path file = Files.write(folder.resolve("latin.yml"), new byte[] {'a', ':', ' ', (byte) 0xE9});

        Problem problem = assertThrows(Problem.class, () -> MailboxesFile.read(file, Set.of("tickets"), NOON));

        assertEquals("cannot read the mailboxes: not UTF-8", problem.getMessage());
    }

    @Test
    void rightOrProblem_withMistakes_tellsAll() {
        MailboxesFile file = parse(MINIMAL + "      port: 0\n      tls: none\n");

        Problem problem = assertThrows(Problem.class, file::rightOrProblem);

        assertEquals("2 mistakes", problem.getMessage());
        assertTrue(problem.where().contains("f.yml:10:7") && problem.where().contains("f.yml:11:7"), problem.where());
    }

    private static void assertMistakes(String text, String expected) {
        assertEquals(
                expected == null ? "" : expected,
                parse(text).mistakes().stream().map(Mistake::toString).collect(Collectors.joining(" ## ")));
    }

    private static MailboxesFile parse(String text) {
        return MailboxesFile.parse("f.yml", text, Set.of("tickets", "rehearsal"), NOON);
    }
}
