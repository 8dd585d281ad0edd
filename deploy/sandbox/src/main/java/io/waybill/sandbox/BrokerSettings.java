package io.waybill.sandbox;

import java.util.Map;

/** What every broker of the sandbox has in common, embedded or in a container. The promises were measured under these. */
final class BrokerSettings {
    /** Settings that change behaviour: the same wherever a test runs. */
    static final Map<String, String> BEHAVIOUR = Map.ofEntries(
            // Topics are declared by Waybill with their policies; a misspelt name must fail, not make a topic.
            Map.entry("auto.create.topics.enable", "false"),
            // One consumer joins at a time here: waiting for more only delays every start by three seconds.
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            // A killed instance's open transaction blocks its partitions until the broker aborts it: look for such
            // twice a second.
            Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500"),
            // Offsets live as long as the records they point into (30 days), or a long pause would replay or skip.
            Map.entry("offsets.retention.minutes", "43200"),
            Map.entry("default.replication.factor", "1"),
            Map.entry("min.insync.replicas", "1"),
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("offsets.topic.num.partitions", "8"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("transaction.state.log.num.partitions", "4"),
            Map.entry("share.coordinator.state.topic.replication.factor", "1"),
            Map.entry("share.coordinator.state.topic.min.isr", "1"),
            Map.entry("share.coordinator.state.topic.num.partitions", "1"));

    /** Settings that keep the embedded node small: one user, one machine, a few hundred records a second. */
    static final Map<String, String> SMALL = Map.ofEntries(
            Map.entry("num.network.threads", "2"),
            Map.entry("num.io.threads", "3"),
            Map.entry("background.threads", "2"),
            Map.entry("num.replica.fetchers", "1"),
            Map.entry("num.recovery.threads.per.data.dir", "2"),
            Map.entry("group.coordinator.threads", "1"),
            Map.entry("share.coordinator.threads", "1"),
            Map.entry("log.cleaner.threads", "1"),
            // 128 MiB by default. 8 MiB hold some 300,000 keys per cleaning pass; more keys take more passes.
            Map.entry("log.cleaner.dedupe.buffer.size", "8388608"),
            // Each segment maps two index files of this size; a full index only rolls the segment.
            Map.entry("log.index.size.max.bytes", "1048576"),
            // A node that was killed may register again only when its old session has ended: 9 s by default. Much less,
            // and a
            // machine that stalls would fence its only broker.
            Map.entry("broker.heartbeat.interval.ms", "500"),
            Map.entry("broker.session.timeout.ms", "6000"));

    private BrokerSettings() {}
}
