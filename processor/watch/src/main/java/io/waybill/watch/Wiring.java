package io.waybill.watch;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.configuration.kafka.ProducerFactory;
import io.micronaut.configuration.kafka.config.KafkaDefaultConfiguration;
import io.micronaut.configuration.kafka.config.KafkaProducerConfiguration;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.management.health.indicator.annotation.Readiness;
import io.waybill.contracts.ConsumerSettings;
import io.waybill.contracts.KafkaMailboxDirectory;
import io.waybill.contracts.KafkaRecordSender;
import io.waybill.contracts.PointerProducer;
import io.waybill.contracts.RecordSender;
import io.waybill.contracts.Secrets;
import io.waybill.contracts.SubscriptionTable;
import io.waybill.sources.gmail.GmailEndpoints;
import io.waybill.sources.gmail.GmailWatches;
import io.waybill.sources.graph.GraphEndpoints;
import io.waybill.sources.graph.GraphSubscriptions;
import io.waybill.sources.graph.SharedApps;
import io.waybill.sources.imap.ImapConnector;
import io.waybill.sources.imap.ImapSettings;
import io.waybill.sources.oauth.AccessTokens;
import io.waybill.sources.oauth.TokenEndpoints;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What the application is made of. */
@Factory
final class Wiring {
    /** After a start every mailbox has one to make, and making one has Graph ask the ingress twice. */
    private static final int SUBSCRIPTION_CALLS_AT_ONCE = 8;

    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    /** As {@link Secrets#ofProcess}; {@code WAYBILL_SECRETS_DIR} may also come from a configuration file. */
    @Singleton
    Secrets secrets(@Property(name = "waybill.secrets.dir") Optional<String> directory) {
        return Secrets.ofProcess(directory.orElse(""));
    }

    /** For the controls: which mailboxes are paused. */
    @Context
    @Bean(preDestroy = "close")
    KafkaMailboxDirectory directory(KafkaDefaultConfiguration kafka) {
        return new KafkaMailboxDirectory(ConsumerSettings.of(kafka.getConfig()));
    }

    @Singleton
    @Bean(preDestroy = "close")
    ImapConnector connector(
            Secrets secrets,
            WatchSettings settings,
            @Property(name = "waybill.oauth.microsoft-url") Optional<URI> microsoft,
            @Property(name = "waybill.oauth.google-url") Optional<URI> google) {
        return new ImapConnector(
                secrets,
                ImapSettings.DEFAULTS.withTimeouts(settings.connectTimeout(), settings.readTimeout()),
                TokenEndpoints.of(microsoft, google));
    }

    @Singleton
    @Bean(preDestroy = "close")
    IngressClient ingress(@Property(name = "waybill.ingress.imap.url") URI url, Secrets secrets, Clock clock) {
        return new IngressClient(url, secrets, clock);
    }

    @Singleton
    WatchMeters meters(MeterRegistry registry) {
        return new WatchMeters(registry);
    }

    @Singleton
    @Bean(preDestroy = "close")
    Listeners listeners(
            KafkaMailboxDirectory directory,
            ImapConnector connector,
            IngressClient ingress,
            WatchSettings settings,
            WatchMeters meters,
            Clock clock) {
        return new Listeners(directory, connector, new Delivery(ingress, settings, meters), settings, meters, clock);
    }

    @Singleton
    @Bean(preDestroy = "close")
    KafkaRecordSender sender(
            ProducerFactory producers, @Named("pointers") KafkaProducerConfiguration<byte[], byte[]> pointers) {
        return new KafkaRecordSender(() ->
                producers.createProducer(pointers.getConfig(), new ByteArraySerializer(), new ByteArraySerializer()));
    }

    @Singleton
    @Bean(preDestroy = "close")
    ListingTicks ticks(KafkaMailboxDirectory directory, RecordSender sender, WatchSettings settings, Clock clock) {
        return ListingTicks.start(directory, new PointerProducer(sender, "watch"), settings, clock);
    }

    @Context
    @Bean(preDestroy = "close")
    SubscriptionTable subscriptionTable(KafkaDefaultConfiguration kafka) {
        return new SubscriptionTable(ConsumerSettings.of(kafka.getConfig()));
    }

    @Singleton
    @Bean(preDestroy = "close")
    GraphSubscriptions graph(
            Secrets secrets,
            Clock clock,
            List<SharedAppSettings> shared,
            @Property(name = "waybill.oauth.microsoft-url") Optional<URI> microsoft,
            @Property(name = "waybill.graph.url") Optional<URI> graph) {
        return new GraphSubscriptions(
                new GraphEndpoints(graph),
                new SharedApps(shared.stream().map(SharedAppSettings::app).toList()),
                new AccessTokens(secrets, TokenEndpoints.of(microsoft, Optional.empty()), clock),
                clock);
    }

    @Singleton
    @Bean(preDestroy = "close")
    GmailWatches gmail(
            Secrets secrets,
            Clock clock,
            @Property(name = "waybill.oauth.google-url") Optional<URI> google,
            @Property(name = "waybill.gmail.url") Optional<URI> gmail) {
        return new GmailWatches(
                new GmailEndpoints(gmail),
                new AccessTokens(secrets, TokenEndpoints.of(Optional.empty(), google), clock),
                clock);
    }

    @Singleton
    @Bean(preDestroy = "close")
    Subscriptions subscriptions(
            GraphSubscriptions graph,
            GmailWatches gmail,
            SubscriptionTable table,
            RecordSender sender,
            @Property(name = "waybill.public-url") Optional<URI> publicUrl,
            Secrets secrets,
            SubscriptionSettings settings,
            WatchSettings times,
            ListingTicks ticks,
            WatchMeters meters,
            Clock clock) {
        Optional<PublicUrl> called =
                publicUrl.filter(url -> !url.toString().isBlank()).map(PublicUrl::new);
        return new Subscriptions(
                new SubscriptionKeeper.Tools(
                        new Subscribers(
                                new GraphSubscriber(graph, called, secrets),
                                new GmailSubscriber(gmail, called.isPresent())),
                        table,
                        sender,
                        settings,
                        times,
                        new Semaphore(SUBSCRIPTION_CALLS_AT_ONCE),
                        ticks::listNow,
                        clock),
                meters);
    }

    @Context
    @Bean(preDestroy = "close")
    MailboxShare share(
            KafkaDefaultConfiguration kafka, Listeners listeners, Subscriptions subscriptions, ListingTicks ticks) {
        return MailboxShare.join(ConsumerSettings.of(kafka.getConfig()), own -> {
            listeners.keep(own);
            subscriptions.keep(own);
            ticks.keep(own, subscriptions::isAnnounced);
        });
    }

    @Singleton
    @Readiness
    WatchReadiness readiness(MailboxShare share, KafkaMailboxDirectory directory, SubscriptionTable table) {
        return new WatchReadiness(() -> share.isAssigned() && directory.isComplete() && table.isComplete());
    }
}
