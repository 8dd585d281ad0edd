package io.waybill.benchmarks.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.benchmarks.Cpu;
import io.waybill.benchmarks.Spread;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResultsTest {
    private static final Peer BLOCKING = new Peer.Other(ArmKind.BLOCKING);

    private final Results results = new Results();

    @Test
    void ratio_isThatOfEachRound_notOfTheMedians() {
        add(ArmKind.PIPELINE, 100, 200, 300);
        add(ArmKind.BLOCKING, 10, 10, 100);
        assertEquals(
                Optional.of(new Spread(10, 3, 20)),
                results.ratio(Scenario.UNCAPPED, ArmKind.PIPELINE, BLOCKING, Round::perSecond));
    }

    @Test
    void ratio_whereARoundOfThePeerFailed_leavesThatRoundOut() {
        add(ArmKind.PIPELINE, 100, 200);
        results.add(Scenario.UNCAPPED, ArmKind.BLOCKING, 2, Rounds.of(10, 0.1));
        assertEquals(
                Optional.of(new Spread(20, 20, 20)),
                results.ratio(Scenario.UNCAPPED, ArmKind.PIPELINE, BLOCKING, Round::perSecond));
    }

    @Test
    void ratio_withoutThePeer_isEmpty() {
        add(ArmKind.PIPELINE, 100);
        assertEquals(Optional.empty(), results.ratio(Scenario.UNCAPPED, ArmKind.PIPELINE, BLOCKING, Round::perSecond));
    }

    @Test
    void ratio_againstALimit() {
        add(ArmKind.PIPELINE, 100);
        assertEquals(
                Optional.of(new Spread(0.5, 0.5, 0.5)),
                results.ratio(Scenario.UNCAPPED, ArmKind.PIPELINE, new Peer.Limit(200), Round::perSecond));
    }

    @Test
    void cpu_isOfAllRoundsTogether() {
        results.add(Scenario.UNCAPPED, ArmKind.PIPELINE, 1, Rounds.of(100, 0.1));
        results.add(Scenario.UNCAPPED, ArmKind.PIPELINE, 2, Rounds.of(300, 0.3));
        assertEquals("0.250, 0.125, 0.000", results.cpuPerThousand(Scenario.UNCAPPED, ArmKind.PIPELINE));
    }

    @Test
    void round_isSound_whereWhatWasCountedIsThereOnce() {
        assertTrue(Rounds.of(100, 0.1).isSound());
        assertFalse(round(10, new Outcomes(5, 9, 0)).isSound());
        assertFalse(round(10, new Outcomes(5, 10, 1)).isSound());
    }

    private static Round round(long counted, Outcomes outcomes) {
        return new Round(Duration.ofSeconds(10), Cpu.NONE, counted, outcomes);
    }

    private void add(ArmKind arm, double... rates) {
        for (int i = 0; i < rates.length; i++) {
            results.add(Scenario.UNCAPPED, arm, i + 1, Rounds.of(rates[i], 0.1));
        }
    }
}
