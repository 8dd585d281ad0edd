package io.waybill.benchmarks.pipeline;

import io.waybill.benchmarks.Spread;
import java.util.Locale;
import java.util.Optional;

/** The results in Markdown: the goals, then a line for each arm. */
final class ResultTable {
    private final Results results;

    ResultTable(Results results) {
        this.results = results;
    }

    /**
     * @param conditions a sentence: on what and how it was measured
     * @param chart the chart's file, beside the text
     */
    String markdown(String conditions, String chart) {
        StringBuilder text = new StringBuilder();
        text.append(conditions).append("\n\n");
        text.append("![jobs a second of each arm](").append(chart).append(")\n\n");
        goals(text);
        results.scenarios().forEach(scenario -> arms(text, scenario));
        results.remarks().forEach(remark -> text.append("- ").append(remark).append('\n'));
        return text.toString().strip();
    }

    private void goals(StringBuilder text) {
        text.append("| goal | ratio | reached, median (least–most of the rounds) | held |\n|---|---|---|---|\n");
        for (Goal goal : Goal.ALL) {
            goal.reached(results)
                    .ifPresent(ratio -> text.append(goal.row(ratio)).append('\n'));
        }
        text.append('\n');
    }

    private void arms(StringBuilder text, Scenario scenario) {
        text.append("| ")
                .append(scenario.title())
                .append(" | jobs/s | of ")
                .append(scenario.yardstick().text())
                .append(" | CPU s per 1,000 jobs: arm, broker, load | guarantees |\n|---|---|---|---|---|\n");
        for (ArmKind arm : results.arms(scenario)) {
            Spread rate = results.rate(scenario, arm);
            Optional<Spread> part = results.ratio(scenario, arm, scenario.yardstick(), Round::perSecond);
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %s | %s |%n",
                    arm.label(),
                    rate.text("%,.0f"),
                    part.map(ratio -> String.format(Locale.ROOT, format(ratio), ratio.median()))
                            .orElse(""),
                    results.cpuPerThousand(scenario, arm),
                    arm.guarantees()));
        }
        text.append('\n');
    }

    /** Three digits that say something. */
    private static String format(Spread ratio) {
        return ratio.median() < 0.1 ? "%.4f" : "%.2f";
    }
}
