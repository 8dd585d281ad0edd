package io.waybill.inbound;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.configuration.kafka.streams.ConfiguredStreamBuilder;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.env.Environment;
import io.waybill.contracts.KafkaMailboxDirectory;
import io.waybill.handler.MailHandler;
import io.waybill.inbound.execute.Dispatcher;
import io.waybill.inbound.execute.JobRunner;
import io.waybill.inbound.handle.Handlers;
import io.waybill.inbound.handle.tickets.TicketsHandler;
import io.waybill.inbound.mime.MailParser;
import io.waybill.inbound.topology.Alerts;
import io.waybill.inbound.topology.MailboxSightings;
import io.waybill.inbound.topology.Outbound;
import io.waybill.inbound.topology.PointerJobTopology;
import io.waybill.inbound.topology.StageContext;
import io.waybill.inbound.topology.Stopping;
import io.waybill.sources.ByteBudget;
import io.waybill.sources.MailSources;
import io.waybill.sources.gmail.GmailEndpoints;
import io.waybill.sources.gmail.GmailMailSource;
import io.waybill.sources.graph.GraphEndpoints;
import io.waybill.sources.graph.GraphMailSource;
import io.waybill.sources.graph.SharedApps;
import io.waybill.sources.imap.ImapConnector;
import io.waybill.sources.imap.ImapMailSource;
import io.waybill.sources.imap.ImapSettings;
import io.waybill.sources.oauth.AccessTokens;
import io.waybill.sources.oauth.TokenEndpoints;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.streams.kstream.KStream;

/** What the process is made of. */
@Factory
public class PipelineFactory {
    private static final String HANDLER_SETTINGS = "waybill.handlers.";

    @Singleton
    @Bean(preDestroy = "close")
    KafkaMailboxDirectory directory(KafkaClientSettings clients) {
        return new KafkaMailboxDirectory(clients.config());
    }

    @Singleton
    @Bean(preDestroy = "close")
    MailSources sources(
            ProcessorSettings settings,
            List<SharedAppSettings> shared,
            @Property(name = "waybill.oauth.microsoft-url") Optional<URI> microsoft,
            @Property(name = "waybill.oauth.google-url") Optional<URI> google,
            @Property(name = "waybill.graph.url") Optional<URI> graph,
            @Property(name = "waybill.gmail.url") Optional<URI> gmail,
            GmailQuotaSettings quota) {
        Clock clock = Clock.systemUTC();
        // One for all: a bound per provider would be two bounds for one heap.
        ByteBudget budget = ByteBudget.ofProcess();
        TokenEndpoints endpoints = TokenEndpoints.of(microsoft, google);
        return new MailSources(
                new ImapMailSource(
                        new ImapConnector(settings.secrets(), ImapSettings.DEFAULTS, endpoints),
                        budget,
                        settings.spoolPath(),
                        clock),
                new GraphMailSource(
                        new GraphEndpoints(graph),
                        new SharedApps(
                                shared.stream().map(SharedAppSettings::app).toList()),
                        new AccessTokens(settings.secrets(), endpoints, clock),
                        budget,
                        settings.spoolPath(),
                        clock),
                new GmailMailSource(
                        new GmailEndpoints(gmail),
                        quota.quota(),
                        new AccessTokens(settings.secrets(), endpoints, clock),
                        budget,
                        settings.spoolPath(),
                        clock));
    }

    /** The only handler of our own. */
    @Singleton
    MailHandler tickets() {
        return new TicketsHandler();
    }

    @Singleton
    @Bean(preDestroy = "close")
    Handlers handlers(List<MailHandler> ours, ProcessorSettings settings, Environment environment) {
        return Handlers.start(
                ours,
                settings.handlersPath(),
                name -> key -> environment.getProperty(HANDLER_SETTINGS + name + "." + key, String.class));
    }

    @Singleton
    JobRunner runner(
            KafkaMailboxDirectory directory,
            MailSources sources,
            Handlers handlers,
            PermitSettings permits,
            MeterRegistry meters) {
        return new JobRunner(
                directory,
                sources,
                new MailParser(),
                handlers,
                permits.permits().deadline(),
                Clock.systemUTC(),
                meters);
    }

    @Singleton
    @Bean(preDestroy = "close")
    Dispatcher dispatcher(PermitSettings permits, JobRunner runner, MeterRegistry meters) {
        Dispatcher dispatcher = new Dispatcher(permits.permits(), runner, Clock.systemUTC());
        Gauge.builder("waybill.jobs", dispatcher, Dispatcher::running)
                .tag("state", "running")
                .register(meters);
        Gauge.builder("waybill.jobs", dispatcher, Dispatcher::queued)
                .tag("state", "queued")
                .register(meters);
        return dispatcher;
    }

    @Singleton
    MailboxSightings sightings(KafkaMailboxDirectory directory, MeterRegistry meters) {
        return new MailboxSightings(directory, meters);
    }

    @Singleton
    StageContext shared(
            KafkaMailboxDirectory directory,
            Dispatcher dispatcher,
            MailboxSightings sightings,
            RetrySettings retry,
            ParkSettings park,
            ProcessorSettings settings,
            KafkaClientSettings clients,
            MeterRegistry meters) {
        Alerts alerts = new Alerts();
        Gauge.builder("waybill.parked.causes", alerts, Alerts::count).register(meters);
        return new StageContext(
                StreamsSettings.APPLICATION_ID,
                UUID.randomUUID().toString(),
                directory,
                dispatcher,
                retry.policy(),
                park.policy(),
                settings.settledHorizon(),
                CommitCountingClients::commitsOfThisThread,
                new GroupLives(clients.config()),
                new Stopping(),
                alerts,
                sightings,
                meters,
                new Random());
    }

    @Singleton
    KStream<byte[], Outbound> pipeline(
            ConfiguredStreamBuilder builder,
            StageContext shared,
            ProcessorSettings settings,
            KafkaClientSettings clients) {
        builder.getConfiguration().putAll(clients.config());
        StreamsSettings.apply(builder.getConfiguration(), settings.statePath(), shared.life());
        return PointerJobTopology.build(builder, shared);
    }
}
