package io.waybill.cli.mailboxes;

import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import io.waybill.contracts.Control;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.PushRegistration;
import io.waybill.contracts.Subscription;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "list",
        description = {
            "List the mailboxes, with what listens for their mail or announces it, where that can be asked.",
            "FOUND counts mails that only a listing found since the processor started: 0 where announcements work.",
            "CALLBACK is the path that a listener of your own posts to on ingress/imap, or Pub/Sub on ingress/google."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  waybill mailboxes list", "  waybill mailboxes list --json"})
final class MailboxesList implements Callable<Integer> {
    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private Output output;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

    /** One mailbox; the names are a contract with scripts. */
    record Line(
            String mailbox,
            String provider,
            String address,
            List<String> handlers,
            String state,
            String pausedBy,
            String reason,
            String listener,
            Subscribed subscription,
            Instant lastNotificationAt,
            Instant lastListingAt,
            Long foundByListing,
            String callback,
            Instant since) {}

    /** One push registration. */
    record PushLine(
            String pushRegistration,
            String topic,
            String subscription,
            String audience,
            String serviceAccount,
            String callback) {}

    /** How its subscription stands, for a mailbox whose provider announces its mail. */
    record Subscribed(
            Subscription.State state,
            Instant since,
            Instant expiresAt,
            Instant renewedAt,
            FailureCode code,
            String detail) {
        static Subscribed of(Subscription subscription) {
            Optional<Subscription.Held> held = Optional.ofNullable(subscription.held());
            return new Subscribed(
                    subscription.state(),
                    subscription.since(),
                    held.map(Subscription.Held::expiresAt).orElse(null),
                    held.map(Subscription.Held::renewedAt).orElse(null),
                    subscription.code(),
                    subscription.detail());
        }

        String text(Mailbox mailbox) {
            return switch (state) {
                case ACTIVE -> "subscribed until " + time(expiresAt);
                case FAILING -> "no subscription: " + code;
                case LISTED ->
                    "listed often, for " + (hasNoTopic(mailbox) ? "it has no topic" : "there is no public URL");
            };
        }
    }

    @Override
    public Integer call() {
        MailboxTable table = MailboxTable.read(connection.kafka());
        SubscriptionStates subscriptions = SubscriptionStates.read(connection.kafka());
        Listeners listeners = Listeners.ask(connection);
        Announcements announcements = Announcements.ask(connection);
        List<Line> lines = table.mailboxes().values().stream()
                .map(mailbox -> line(mailbox, table, subscriptions, listeners, announcements))
                .toList();
        lines.forEach(output::object);
        table.unreadable().forEach(key -> output.warning("cannot be read by this version: " + Output.printable(key)));
        List<PushLine> registrations = table.pushRegistrations().values().stream()
                .map(MailboxesList::line)
                .toList();
        if (lines.isEmpty()) {
            output.line("No mailboxes. `waybill mailboxes apply FILE` brings some.");
            tell(registrations);
            return Exit.DONE;
        }
        output.table(
                List.of(
                        "mailbox",
                        "provider",
                        "address",
                        "handlers",
                        "state",
                        "listener",
                        "last notification",
                        "last listing",
                        "found>",
                        "callback"),
                lines.stream().map(line -> cells(line, mailbox(line, table))).toList());
        tell(registrations);
        listeners.trouble().ifPresent(why -> output.line("LISTENER is not known: " + why));
        announcements.trouble().ifPresent(why -> output.line("LAST … and FOUND are not known: " + why));
        lines.stream()
                .filter(line ->
                        line.subscription() != null && line.subscription().code() != null)
                .forEach(line -> output.warning(
                        line.mailbox() + ": " + line.subscription().detail()));
        table.mailboxes().values().stream()
                .filter(mailbox -> !mailbox.removed()
                        && MailboxTable.isUnannounced(
                                mailbox.source(), table.pushRegistrations().values()))
                .forEach(mailbox -> output.warning(MailboxApply.Applied.unannouncedText(mailbox)));
        return Exit.DONE;
    }

    private void tell(List<PushLine> registrations) {
        if (registrations.isEmpty()) {
            return;
        }
        registrations.forEach(output::object);
        output.line("");
        output.table(
                List.of("push registration", "subscription", "callback"),
                registrations.stream()
                        .map(line -> List.of(line.pushRegistration(), line.subscription(), line.callback()))
                        .toList());
    }

    private static boolean hasNoTopic(Mailbox mailbox) {
        return mailbox.source() instanceof GoogleAccount google && google.topic() == null;
    }

    private static Mailbox mailbox(Line line, MailboxTable table) {
        return table.mailboxes().get(MailboxKey.parse(line.mailbox()));
    }

    private static List<String> cells(Line line, Mailbox mailbox) {
        return List.of(
                line.mailbox(),
                line.provider(),
                line.address(),
                String.join(",", line.handlers()),
                line.reason() == null || line.reason().isEmpty()
                        ? line.state()
                        : line.state() + " (" + line.reason() + ")",
                line.subscription() != null
                        ? line.subscription().text(mailbox)
                        : line.listener() == null ? "-" : line.listener(),
                time(line.lastNotificationAt()),
                time(line.lastListingAt()),
                line.foundByListing() == null ? "-" : line.foundByListing().toString(),
                line.callback() == null ? "-" : line.callback());
    }

    private static String time(Instant time) {
        return time == null ? "-" : TIME.format(time.atZone(ZoneId.systemDefault()));
    }

    private static Line line(
            Mailbox mailbox,
            MailboxTable table,
            SubscriptionStates subscriptions,
            Listeners listeners,
            Announcements announcements) {
        Optional<Control> paused = table.pausedBy(mailbox.key());
        String state = mailbox.removed() ? "removed" : paused.isPresent() ? "paused" : "active";
        Optional<Announcements.Announced> announced = announcements.of(mailbox.key());
        return new Line(
                mailbox.key().toString(),
                mailbox.provider().token(),
                mailbox.address(),
                mailbox.handlers(),
                state,
                paused.map(Control::by).orElse(null),
                paused.map(Control::reason).orElse(null),
                mailbox.removed() ? null : listeners.of(mailbox.key()).orElse(null),
                subscriptions.of(mailbox.key()).map(Subscribed::of).orElse(null),
                announced.map(Announcements.Announced::lastNotificationAt).orElse(null),
                announced.map(Announcements.Announced::lastListingAt).orElse(null),
                announced.map(Announcements.Announced::foundByListing).orElse(null),
                mailbox.removed() ? null : callback(mailbox),
                mailbox.since());
    }

    private static PushLine line(PushRegistration registration) {
        return new PushLine(
                registration.k(),
                registration.topic(),
                registration.subscription(),
                registration.audience(),
                registration.serviceAccount(),
                pushPath(registration));
    }

    /** Where the registration's subscription pushes to, below the public address. */
    static String pushPath(PushRegistration registration) {
        return "/google/push?k=" + URLEncoder.encode(registration.k(), StandardCharsets.UTF_8);
    }

    private static String callback(Mailbox mailbox) {
        return switch (mailbox.provider()) {
            case IMAP -> "/imap/notifications?k=" + mailbox.k();
            case MICROSOFT, GOOGLE -> null;
        };
    }
}
