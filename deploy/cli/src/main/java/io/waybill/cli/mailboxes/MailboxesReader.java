package io.waybill.cli.mailboxes;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.ImapSignIn;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.PushRegistration;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * From tree to mailboxes and push registrations, with the rules that no schema can say: handlers that exist, a mailbox only once, no
 * plain text to another machine, days that are in the calendar. Works on a wrong file as well, and then only for what it finds.
 */
final class MailboxesReader {
    private static final String UNUSABLE = "holds a text that no mailbox can have, such as one with a line end";
    private static final String UNUSABLE_PUSH = "holds a text that no push registration can have";
    private static final Set<String> OWN_PARTS = Set.of("microsoft", "google");

    private final YamlDocument document;
    private final Set<String> handlers;
    private final Instant now;
    private final List<Mistake> mistakes = new ArrayList<>();
    private final List<Mistake> unusable = new ArrayList<>();

    MailboxesReader(YamlDocument document, Set<String> handlers, Instant now) {
        this.document = document;
        this.handlers = new TreeSet<>(handlers);
        this.now = now;
    }

    List<Mistake> mistakes() {
        return mistakes;
    }

    /** Entries that could not be made: worth telling only where nothing else is wrong with them. */
    List<Mistake> unusable() {
        return unusable;
    }

    List<MailboxEntry> read() {
        Map<String, Integer> seen = new LinkedHashMap<>();
        List<MailboxEntry> entries = new ArrayList<>();
        JsonNode mailboxes = document.root().path("mailboxes");
        for (int i = 0; i < mailboxes.size(); i++) {
            String at = "/mailboxes/" + i;
            JsonNode mailbox = mailboxes.path(i);
            checkOnce(seen, mailbox, i);
            checkHandlers(mailbox.path("handlers"), at + "/handlers");
            checkPlaintext(mailbox.path("imap"), at + "/imap");
            String provider = mailbox.path("provider").asText();
            String account = OWN_PARTS.contains(provider) ? provider : "imap";
            Optional<Instant> since = since(mailbox.path(account).path("since"), at + "/" + account + "/since");
            entry(mailbox, since).ifPresentOrElse(entries::add, () -> unusable.add(document.at(at, UNUSABLE, "")));
        }
        return entries;
    }

    List<PushRegistration> readPushRegistrations() {
        List<PushRegistration> registrations = new ArrayList<>();
        JsonNode list = document.root().path("pushRegistrations");
        Map<String, Integer> ks = new LinkedHashMap<>();
        Map<String, Integer> subscriptions = new LinkedHashMap<>();
        for (int i = 0; i < list.size(); i++) {
            String at = "/pushRegistrations/" + i;
            JsonNode each = list.path(i);
            checkOnce(ks, each, at, "k", "another random name: it tells pushes of one subscription from another's");
            checkOnce(subscriptions, each, at, "subscription", "one registration for each subscription");
            pushRegistration(each)
                    .ifPresentOrElse(registrations::add, () -> unusable.add(document.at(at, UNUSABLE_PUSH, "")));
        }
        return registrations;
    }

    private void checkOnce(Map<String, Integer> seen, JsonNode registration, String at, String field, String wanted) {
        JsonNode value = registration.path(field);
        if (!value.isTextual()) {
            return;
        }
        int index = Integer.parseInt(at.substring(at.lastIndexOf('/') + 1));
        Integer first = seen.putIfAbsent(value.textValue(), index);
        if (first != null) {
            mistakes.add(document.at(at + "/" + field, "is that of pushRegistrations[" + first + "]", wanted));
        }
    }

    private void checkOnce(Map<String, Integer> seen, JsonNode mailbox, int index) {
        String tenant = mailbox.path("tenant").asText();
        String name = mailbox.path("mailbox").asText();
        if (!MailboxKey.isName(tenant) || !MailboxKey.isName(name)) {
            return;
        }
        Integer first = seen.putIfAbsent(tenant + "/" + name, index);
        if (first != null) {
            mistakes.add(document.at(
                    "/mailboxes/" + index + "/mailbox",
                    "is " + tenant + "/" + name + " again, as mailboxes[" + first + "] is",
                    "another name, or one entry with all folders"));
        }
    }

    private void checkHandlers(JsonNode names, String at) {
        for (int i = 0; i < names.size(); i++) {
            String name = names.path(i).asText();
            if (MailboxKey.isName(name) && !handlers.contains(name)) {
                Optional<String> meant = Nearest.of(name, handlers);
                mistakes.add(document.at(
                        at + "/" + i,
                        "is not a handler"
                                + meant.map(word -> "; did you mean " + word + "?")
                                        .orElse(""),
                        meant.isPresent() ? "" : "one of " + String.join(", ", handlers)));
            }
        }
    }

    private void checkPlaintext(JsonNode imap, String at) {
        if (imap.path("tls").asText().equals("none")
                && !imap.path("allowPlaintext").asBoolean()
                && imap.path("host").isTextual()
                && !isLoopback(imap.path("host").asText())) {
            mistakes.add(document.at(
                    at + "/tls",
                    "is none for another machine: credential and mail would be readable on the way",
                    "tls or starttls, or allowPlaintext: true beside it"));
        }
    }

    /** By its text alone: what a name server says today is no promise. */
    private static boolean isLoopback(String host) {
        String plain = host.toLowerCase(Locale.ROOT);
        return plain.equals("localhost")
                || plain.equals("::1")
                || plain.equals("[::1]")
                || plain.matches("127(\\.[0-9]{1,3}){3}");
    }

    private Optional<Instant> since(JsonNode value, String at) {
        String text = value.asText();
        if (!value.isTextual() || !text.matches("[0-9].*")) {
            return Optional.empty();
        }
        try {
            Instant since = text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(text).toInstant();
            if (since.isAfter(now)) {
                mistakes.add(document.at(at, "is in the future", "now, or a date that has come"));
            }
            return Optional.of(since);
        } catch (DateTimeException noSuchDay) {
            mistakes.add(document.at(at, "is not in the calendar", "now, a date or an instant in UTC"));
            return Optional.empty();
        }
    }

    /** Empty where something is wrong that was said already. */
    private static Optional<MailboxEntry> entry(JsonNode mailbox, Optional<Instant> since) {
        try {
            JsonNode limits = mailbox.path("limits");
            return Optional.of(new MailboxEntry(
                    new MailboxKey(text(mailbox, "tenant"), text(mailbox, "mailbox")),
                    text(mailbox, "address"),
                    mailbox.has("handlers") ? texts(mailbox.path("handlers")) : List.of("tickets"),
                    new MailboxLimits(
                            limits.has("permits")
                                    ? (Integer) limits.path("permits").intValue()
                                    : null,
                            limits.has("maxMessageBytes")
                                    ? (Long) limits.path("maxMessageBytes").longValue()
                                    : null),
                    switch (text(mailbox, "provider")) {
                        case "imap" -> imap(mailbox.path("imap"));
                        case "microsoft" -> microsoft(mailbox.path("microsoft"));
                        case "google" -> google(mailbox.path("google"));
                        default -> throw new IllegalArgumentException("provider");
                    },
                    since));
        } catch (IllegalArgumentException wrong) {
            return Optional.empty();
        }
    }

    private static MicrosoftAccount microsoft(JsonNode microsoft) {
        return MicrosoftAccount.of(
                text(microsoft, "tenantId"),
                text(microsoft, "clientId"),
                reference(microsoft, "clientSecret"),
                reference(microsoft, "certificate"),
                text(microsoft, "userId"),
                microsoft.has("folder") ? text(microsoft, "folder") : null,
                microsoft.has("cloud")
                        ? MicrosoftAccount.Cloud.valueOf(
                                text(microsoft, "cloud").toUpperCase(Locale.ROOT))
                        : null);
    }

    private static GoogleAccount google(JsonNode google) {
        return new GoogleAccount(
                new CredentialReference(text(google, "credentials")),
                text(google, "subject"),
                google.has("topic") ? text(google, "topic") : null);
    }

    /** Empty where something is wrong that was said already. */
    private static Optional<PushRegistration> pushRegistration(JsonNode registration) {
        try {
            return Optional.of(new PushRegistration(
                    text(registration, "k"),
                    text(registration, "topic"),
                    text(registration, "subscription"),
                    text(registration, "audience"),
                    text(registration, "serviceAccount")));
        } catch (IllegalArgumentException wrong) {
            return Optional.empty();
        }
    }

    private static ImapAccount imap(JsonNode imap) {
        ImapAccount.Tls tls =
                ImapAccount.Tls.valueOf(imap.path("tls").asText("tls").toUpperCase(Locale.ROOT));
        int port = imap.has("port") ? imap.path("port").intValue() : tls == ImapAccount.Tls.TLS ? 993 : 143;
        return new ImapAccount(
                text(imap, "host"),
                port,
                tls,
                text(imap, "username"),
                signIn(imap),
                texts(imap.path("folders")).stream()
                        .map(ImapPointer::folderName)
                        .toList(),
                reference(imap, "callbackSecret"));
    }

    private static ImapSignIn signIn(JsonNode imap) {
        JsonNode oauth = imap.path("oauth");
        if (oauth.isMissingNode()) {
            return new ImapSignIn.Password(new CredentialReference(text(imap, "password")));
        }
        return switch (text(oauth, "provider")) {
            case "microsoft" ->
                new ImapSignIn.MicrosoftApp(
                        text(oauth, "tenantId"),
                        text(oauth, "clientId"),
                        new CredentialReference(text(oauth, "clientSecret")));
            case "google" ->
                new ImapSignIn.GoogleServiceAccount(new CredentialReference(text(oauth, "serviceAccount")));
            default -> throw new IllegalArgumentException("provider");
        };
    }

    /** Null where the field is not there. */
    private static CredentialReference reference(JsonNode object, String field) {
        return object.has(field) ? new CredentialReference(text(object, field)) : null;
    }

    private static String text(JsonNode object, String field) {
        JsonNode value = object.path(field);
        if (!value.isTextual()) {
            throw new IllegalArgumentException(field);
        }
        return value.textValue();
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(item -> texts.add(item.asText()));
        return texts;
    }
}
