package io.waybill.benchmarks.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The part of a text that a program writes, between two HTML comments; the rest is people's.
 *
 * @param begin the first comment, on a line of its own
 * @param end the second
 */
record MarkedSection(String begin, String end) {
    static final MarkedSection PIPELINE = new MarkedSection("<!-- pipeline: begin -->", "<!-- pipeline: end -->");

    /** Throws IllegalArgumentException where the marks are not there, each once and in their order. */
    String replace(String text, String content) {
        int from = only(text, begin) + begin.length();
        int to = only(text, end);
        if (to < from) {
            throw new IllegalArgumentException(end + " stands before " + begin + "; change their places");
        }
        return text.substring(0, from) + "\n" + content.strip() + "\n" + text.substring(to);
    }

    private static int only(String text, String mark) {
        int at = text.indexOf(mark);
        if (at < 0 || text.indexOf(mark, at + 1) >= 0) {
            throw new IllegalArgumentException("the text must have the line " + mark
                    + " once: what is measured is written between two such lines");
        }
        return at;
    }

    /** Throws as {@link #replace} does, with the file's name. */
    void write(Path file, String content) throws IOException {
        try {
            Files.writeString(file, replace(Files.readString(file), content));
        } catch (IllegalArgumentException unmarked) {
            throw new IllegalArgumentException(file + ": " + unmarked.getMessage(), unmarked);
        }
    }
}
