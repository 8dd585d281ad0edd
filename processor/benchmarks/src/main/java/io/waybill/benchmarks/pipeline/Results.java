package io.waybill.benchmarks.pipeline;

import io.waybill.benchmarks.Cpu;
import io.waybill.benchmarks.Spread;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** The rounds so far, by scenario and arm. */
final class Results {
    private final Map<Scenario, Map<ArmKind, SortedMap<Integer, Round>>> rounds = new EnumMap<>(Scenario.class);
    private final List<String> remarks = new ArrayList<>();

    void add(Scenario scenario, ArmKind arm, int number, Round round) {
        rounds.computeIfAbsent(scenario, _ -> new EnumMap<>(ArmKind.class))
                .computeIfAbsent(arm, _ -> new TreeMap<>())
                .put(number, round);
    }

    /** What a reader of the table must know of a round. */
    void remark(String text) {
        remarks.add(text);
    }

    List<String> remarks() {
        return List.copyOf(remarks);
    }

    /** Those that were measured, in their order. */
    List<Scenario> scenarios() {
        return List.copyOf(rounds.keySet());
    }

    /** Those that were measured, in their order. */
    List<ArmKind> arms(Scenario scenario) {
        return List.copyOf(rounds.getOrDefault(scenario, Map.of()).keySet());
    }

    Spread rate(Scenario scenario, ArmKind arm) {
        return Spread.of(
                of(scenario, arm).values().stream().map(Round::perSecond).toList());
    }

    /** All rounds together. */
    String cpuPerThousand(Scenario scenario, ArmKind arm) {
        Cpu used = Cpu.NONE;
        long jobs = 0;
        for (Round round : of(scenario, arm).values()) {
            used = used.plus(round.cpu());
            jobs += round.outcomes().measured();
        }
        return used.perThousand((double) jobs);
    }

    /** Round by round, as what disturbs one arm of a round disturbs the others; empty where there is no round of both. */
    Optional<Spread> ratio(Scenario scenario, ArmKind arm, Peer peer, ToDoubleFunction<Round> what) {
        List<Double> ratios = new ArrayList<>();
        of(scenario, arm).forEach((number, round) -> {
            double ours = what.applyAsDouble(round);
            switch (peer) {
                case Peer.Limit limit -> ratios.add(ours / limit.perSecond());
                case Peer.Other other ->
                    Optional.ofNullable(of(scenario, other.kind()).get(number))
                            .ifPresent(theirs -> ratios.add(ours / what.applyAsDouble(theirs)));
            }
        });
        return ratios.isEmpty() ? Optional.empty() : Optional.of(Spread.of(ratios));
    }

    private SortedMap<Integer, Round> of(Scenario scenario, ArmKind arm) {
        return rounds.getOrDefault(scenario, Map.of()).getOrDefault(arm, new TreeMap<>());
    }
}
