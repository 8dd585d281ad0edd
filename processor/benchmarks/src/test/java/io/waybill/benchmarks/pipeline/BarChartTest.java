package io.waybill.benchmarks.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.benchmarks.Spread;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class BarChartTest {
    private static final BarChart CHART = new BarChart(
            "jobs/s",
            List.of(
                    new BarChart.Group(
                            "far apart",
                            List.of(
                                    new BarChart.Bar("slow & <steady>", new Spread(100, 50, 200), false),
                                    new BarChart.Bar("fast", new Spread(10_000, 9_000, 20_000), true))),
                    new BarChart.Group(
                            "near", List.of(new BarChart.Bar("one", new Spread(9_000, 8_000, 10_000), true)))));

    @Test
    void svg_isXml_withABarAndThreeLinesOfSpreadForEach() throws Exception {
        Document svg = parse(CHART.svg());
        assertEquals(3, svg.getElementsByTagName("rect").getLength());
        assertEquals(9, count(svg.getElementsByTagName("line"), "whisker"));
        assertEquals(2, count(svg.getElementsByTagName("rect"), "bar ours"));
        assertTrue(texts(svg).contains("slow & <steady>"));
        assertTrue(texts(svg).contains("10,000 (9,000–20,000)"));
        assertTrue(texts(svg).contains("jobs/s, logarithmic"));
    }

    @Test
    void bar_endsAtTheMedian_ofTheGroupsScale() throws Exception {
        NodeList bars = parse(CHART.svg()).getElementsByTagName("rect");
        double slow = width(bars, 0);
        double fast = width(bars, 1);
        // From 10 to 100,000: one decade of four, and three of four.
        assertEquals(3, fast / slow, 0.01);
    }

    @Test
    void svg_doesNotFollowTheLocale() {
        Locale before = Locale.getDefault();
        String svg = CHART.svg();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertEquals(svg, CHART.svg());
        } finally {
            Locale.setDefault(before);
        }
    }

    private static double width(NodeList bars, int index) {
        return Double.parseDouble(((Element) bars.item(index)).getAttribute("width"));
    }

    private static int count(NodeList elements, String kind) {
        int count = 0;
        for (int i = 0; i < elements.getLength(); i++) {
            count += ((Element) elements.item(i)).getAttribute("class").equals(kind) ? 1 : 0;
        }
        return count;
    }

    private static String texts(Document svg) {
        return svg.getDocumentElement().getTextContent();
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }
}
