package io.waybill.benchmarks.pipeline;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How much is measured; each has a system property of its name.
 *
 * @param rounds of each arm, interleaved with the others
 * @param warmUp of each arm in each round, from its first job on: until the compilers are done the cores are theirs
 * @param round what is measured of it
 * @param settled jobs that this pipeline has settled before, so that its look-ups cost what they cost
 * @param scenarios what the arms are given to do
 * @param arms who takes part, of those that a scenario has
 * @param readme the text into which the table goes, with the chart beside it; empty: nothing is written
 */
record Plan(
        int rounds,
        Duration warmUp,
        Duration round,
        int settled,
        List<Scenario> scenarios,
        List<ArmKind> arms,
        Optional<Path> readme) {
    static final String USAGE = """
        usage: java [-Drounds=5] [-Dwarm-up=60] [-Dround=15] [-Dsettled=2000000] [-Dscenarios=%s]
                    [-Darms=%s]
                    [-Dreadme=processor/benchmarks/README.md] io.waybill.benchmarks.pipeline.PipelineBenchmark
        Times are in seconds. -Dreadme= writes nothing. Run it in the root of the built tree.\
        """.formatted(Scenario.words(), ArmKind.words());

    /** What an arm does before it is looked at for the first time and after it is asked to stop. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    /** The pass-through takes hundreds of thousands a second: a minute of it would fill the disk, and it has little to compile. */
    private static final Duration PASS_THROUGH_WARM_UP = Duration.ofSeconds(8);

    Plan {
        if (rounds < 1 || round.isZero() || round.isNegative() || warmUp.isNegative() || settled < 0) {
            throw new IllegalArgumentException("rounds and round must be 1 or more, warm-up and settled 0 or more");
        }
    }

    /** Throws IllegalArgumentException where a property does not make sense. */
    static Plan ofProcess() {
        String readme = System.getProperty("readme", "processor/benchmarks/README.md");
        return new Plan(
                number("rounds", 5),
                Duration.ofSeconds(number("warm-up", 60)),
                Duration.ofSeconds(number("round", 15)),
                number("settled", 2_000_000),
                words("scenarios", Scenario.words()).stream().map(Scenario::of).toList(),
                words("arms", ArmKind.words()).stream().map(ArmKind::of).toList(),
                readme.isBlank() ? Optional.empty() : Optional.of(Path.of(readme)));
    }

    /** The arms of a scenario that take part. */
    List<ArmKind> armsOf(Scenario scenario) {
        return scenario.arms().stream().filter(arms::contains).toList();
    }

    /** How long this arm works before it is measured. */
    Duration warmUp(ArmKind kind) {
        return kind == ArmKind.PASS_THROUGH && warmUp.compareTo(PASS_THROUGH_WARM_UP) > 0
                ? PASS_THROUGH_WARM_UP
                : warmUp;
    }

    /** Jobs to be made ready for one round. */
    int jobs(Scenario scenario) {
        return Math.toIntExact(
                scenario.fastest() * warmUp.plus(round).plus(SLACK).toSeconds());
    }

    private static int number(String name, int otherwise) {
        String text = System.getProperty(name, Integer.toString(otherwise));
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException wrong) {
            throw new IllegalArgumentException("-D" + name + " must be a number, not " + text, wrong);
        }
    }

    private static List<String> words(String name, String otherwise) {
        return Arrays.asList(System.getProperty(name, otherwise).split(",", -1));
    }
}
