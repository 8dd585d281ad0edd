package io.waybill.benchmarks.pipeline;

import io.waybill.benchmarks.Spread;
import java.util.List;
import java.util.Locale;

/**
 * Bars from left to right, in groups with an axis each, as an SVG: the bar ends at the median, a line goes from the least to the most.
 * It has no background, and its colours can be read on a light and on a dark one.
 *
 * @param unit of all values
 */
record BarChart(String unit, List<Group> groups) {
    private static final int WIDTH = 930;
    private static final int LABELS = 270;
    private static final int BARS = 430;
    private static final int LINE = 26;
    private static final int BAR = 14;
    private static final int HEAD = 40;
    private static final int AXIS = 34;

    /** Bars on one axis; none are drawn where there are none. */
    record Group(String title, List<Bar> bars) {
        private int height() {
            return HEAD + bars.size() * LINE + AXIS;
        }

        private Scale scale() {
            return Scale.of(
                    bars.stream().mapToDouble(bar -> bar.value().min()).min().orElseThrow(),
                    bars.stream().mapToDouble(bar -> bar.value().max()).max().orElseThrow());
        }
    }

    /**
     * A bar.
     *
     * @param value positive
     * @param ours whether it has the colour of what this is about
     */
    record Bar(String label, Spread value, boolean ours) {}

    String svg() {
        int height = groups.stream().mapToInt(Group::height).sum();
        StringBuilder svg = new StringBuilder();
        line(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " role=\"img\">",
                WIDTH,
                height,
                WIDTH,
                height);
        line(svg, "<title>%s</title>", escape(unit));
        svg.append(STYLE);
        int top = 0;
        for (Group group : groups) {
            draw(svg, group, top);
            top += group.height();
        }
        return svg.append("</svg>\n").toString();
    }

    private static final String STYLE = """
        <style>
          text { font: 13px sans-serif; fill: #24292f }
          .title { font-weight: bold }
          .tick { font-size: 11px; fill: #6e7781 }
          .grid { stroke: #8c959f; stroke-opacity: .35 }
          .bar { fill: #8c959f }
          .ours { fill: #1f883d }
          .whisker { stroke: #24292f; stroke-width: 1.5 }
          @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3 }
            .tick { fill: #9198a1 }
            .ours { fill: #3fb950 }
            .whisker { stroke: #e6edf3 }
          }
        </style>
        """;

    private void draw(StringBuilder svg, Group group, int top) {
        Scale scale = group.scale();
        int bottom = top + HEAD + group.bars().size() * LINE;
        line(svg, "<text class=\"title\" x=\"0\" y=\"%d\">%s</text>", top + 26, escape(group.title()));
        for (double tick : scale.ticks()) {
            double x = x(scale, tick);
            line(svg, "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>", x, top + HEAD, x, bottom);
            line(
                    svg,
                    "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%,.0f</text>",
                    x,
                    bottom + 15,
                    tick);
        }
        String kind = switch (scale) {
            case Scale.Linear _ -> unit;
            case Scale.Logarithmic _ -> unit + ", logarithmic";
        };
        line(svg, "<text class=\"tick\" x=\"%d\" y=\"%d\">%s</text>", LABELS + BARS + 24, bottom + 15, escape(kind));
        int y = top + HEAD;
        for (Bar bar : group.bars()) {
            draw(svg, scale, bar, y);
            y += LINE;
        }
    }

    private static void draw(StringBuilder svg, Scale scale, Bar bar, int top) {
        double median = x(scale, bar.value().median());
        int middle = top + LINE / 2;
        line(
                svg,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
                LABELS - 10,
                middle + 5,
                escape(bar.label()));
        line(
                svg,
                "<rect class=\"bar%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
                bar.ours() ? " ours" : "",
                LABELS,
                middle - BAR / 2,
                median - LABELS,
                BAR);
        double least = x(scale, bar.value().min());
        double most = x(scale, bar.value().max());
        whisker(svg, least, middle, most, middle);
        whisker(svg, least, middle - 4, least, middle + 4);
        whisker(svg, most, middle - 4, most, middle + 4);
        line(
                svg,
                "<text x=\"%d\" y=\"%d\">%s</text>",
                LABELS + BARS + 24,
                middle + 5,
                escape(bar.value().text("%,.0f")));
    }

    private static void whisker(StringBuilder svg, double x1, int y1, double x2, int y2) {
        line(svg, "<line class=\"whisker\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>", x1, y1, x2, y2);
    }

    private static double x(Scale scale, double value) {
        return LABELS + BARS * scale.at(value);
    }

    @SuppressWarnings("AnnotateFormatMethod") // each format is a literal of this class
    private static void line(StringBuilder svg, String format, Object... figures) {
        svg.append(String.format(Locale.ROOT, format, figures)).append('\n');
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
