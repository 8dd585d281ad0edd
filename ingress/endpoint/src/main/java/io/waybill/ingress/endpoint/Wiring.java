package io.waybill.ingress.endpoint;

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
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The parts that every such application has; its {@link IngressCounters} are its own. */
@Factory
final class Wiring {
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    /** As {@link Secrets#ofProcess}; {@code WAYBILL_SECRETS_DIR} may also come from a configuration file. */
    @Singleton
    Secrets secrets(@Property(name = "waybill.secrets.dir") Optional<String> directory) {
        return Secrets.ofProcess(directory.orElse(""));
    }

    /** Read from the start of the process on, with what {@code kafka.*} says of the brokers and of how to reach them. */
    @Context
    @Bean(preDestroy = "close")
    KafkaMailboxDirectory mailboxes(KafkaDefaultConfiguration kafka) {
        return new KafkaMailboxDirectory(ConsumerSettings.of(kafka.getConfig()));
    }

    @Context
    @Bean(preDestroy = "close")
    PointerTopic pointerTopic(
            ProducerFactory producers, @Named("pointers") KafkaProducerConfiguration<byte[], byte[]> pointers) {
        return new PointerTopic(new KafkaRecordSender(() -> producers.createProducer(
                        pointers.getConfig(), new ByteArraySerializer(), new ByteArraySerializer())))
                .start();
    }

    @Singleton
    PointerProducer pointers(RecordSender sender, @Property(name = "micronaut.application.name") String app) {
        return new PointerProducer(sender, app);
    }

    @Singleton
    @Readiness
    IngressReadiness readiness(KafkaMailboxDirectory mailboxes, PointerTopic topic) {
        return new IngressReadiness(mailboxes::isComplete, topic::isFound);
    }
}
