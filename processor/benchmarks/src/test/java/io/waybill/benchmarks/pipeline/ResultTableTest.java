package io.waybill.benchmarks.pipeline;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ResultTableTest {
    private final Results results = new Results();

    @Test
    void markdown_hasGoalsArmsAndRemarks() {
        results.add(Scenario.UNCAPPED, ArmKind.BLOCKING, 1, Rounds.of(60, 0.5));
        results.add(Scenario.UNCAPPED, ArmKind.PIPELINE, 1, Rounds.of(20_000, 0.06));
        results.add(Scenario.UNCAPPED, ArmKind.HAND_WRITTEN, 1, Rounds.of(40_000, 0.03));
        results.remark("round 2 was disturbed");

        String text = markdown();

        has(text, "two processors\n\n![jobs a second of each arm](chart.svg)\n\n| goal |");
        has(text, "| 100 ms fetch, no cap: jobs/s against blocking Streams, 6 threads | ≥ 400 | 333 (333–333) | no |");
        has(text, "against hand-written consumer, virtual threads | ≥ 0.60 | 0.50 (0.50–0.50) | no |");
        has(
                text,
                "| **this pipeline**, fetch = sleep | 20,000 (20,000–20,000) | 0.50 | 0.060, 0.030, 0.000 | "
                        + ArmKind.PIPELINE.guarantees() + " |\n");
        has(text, "| blocking Streams, 6 threads | 60 (60–60) | 0.0015 |");
        assertTrue(text.endsWith("- round 2 was disturbed"), text);
    }

    @Test
    void goal_ofCpu_isHeldByLess() {
        results.add(Scenario.CAPPED, ArmKind.PIPELINE, 1, Rounds.of(10_000, 0.1));
        results.add(Scenario.CAPPED, ArmKind.PARALLEL_CONSUMER, 1, Rounds.of(9_800, 0.2));
        String text = markdown();
        has(text, "CPU per job against parallel-consumer, unordered | ≤ 1.00 | 0.50 (0.50–0.50) | yes |");
        has(text, "jobs/s against cap / latency, 10,240/s | ≥ 0.97 | 0.98 (0.98–0.98) | yes |");
    }

    @Test
    void markdown_leavesOutWhatWasNotMeasured() {
        results.add(Scenario.INSTANT, ArmKind.PIPELINE, 1, Rounds.of(30_000, 0.05));
        String text = markdown();
        has(text, "| **this pipeline**, fetch = sleep | 30,000 (30,000–30,000) |  |");
        assertFalse(text.contains("≥"), text);
        assertFalse(text.contains(Scenario.CAPPED.title()), text);
    }

    private String markdown() {
        return new ResultTable(results).markdown("two processors", "chart.svg");
    }

    private static void has(String text, String part) {
        assertTrue(text.contains(part), () -> part + " is not in\n" + text);
    }
}
