package io.waybill.benchmarks.fairness;

import io.waybill.contracts.Topics;
import io.waybill.inbound.TroubledPipeline;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The pipeline's consumer group, as the broker has it. */
final class Group {
    private final Admin admin;

    Group(Admin admin) {
        this.admin = admin;
    }

    /** Ids of its members: one that was evicted comes back under another. */
    Set<String> members() throws InterruptedException, ExecutionException {
        return admin
                .describeConsumerGroups(List.of(TroubledPipeline.GROUP))
                .all()
                .get()
                .get(TroubledPipeline.GROUP)
                .members()
                .stream()
                .map(MemberDescription::consumerId)
                .collect(Collectors.toSet());
    }

    /** Waits until every pointer has been read, and so has a row or an outcome. */
    void awaitRead(Duration limit) throws InterruptedException, ExecutionException {
        long until = System.nanoTime() + limit.toNanos();
        while (!hasReadAll()) {
            if (System.nanoTime() > until) {
                throw new IllegalStateException("the pipeline has not read all pointers after " + limit);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private boolean hasReadAll() throws InterruptedException, ExecutionException {
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(TroubledPipeline.GROUP)
                .partitionsToOffsetAndMetadata()
                .get();
        Map<TopicPartition, OffsetSpec> ends = committed.keySet().stream()
                .filter(partition -> partition.topic().equals(Topics.POINTERS.name()))
                .collect(Collectors.toMap(partition -> partition, _ -> OffsetSpec.latest()));
        return admin.listOffsets(ends).all().get().entrySet().stream()
                .allMatch(end ->
                        committed.get(end.getKey()).offset() >= end.getValue().offset());
    }
}
