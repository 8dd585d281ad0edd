package io.waybill.benchmarks.recovery;

import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Tables go to the standard output, what happens meanwhile to the standard error. */
final class Report {
    /** A system property by which logback does not tell of itself: it finds two configurations here, and the first is right. */
    static final String QUIET_LOGBACK = "logback.statusListenerClass";

    static final String SILENCE = "ch.qos.logback.core.status.NopStatusListener";

    private Report() {}

    @SuppressWarnings("AnnotateFormatMethod") // each format is a literal of this package
    static void line(String format, Object... figures) {
        System.out.println(String.format(Locale.ROOT, format, figures));
        System.out.flush();
    }

    @SuppressWarnings("AnnotateFormatMethod") // each format is a literal of this package
    static void progress(String format, Object... figures) {
        System.err.println(LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS) + " "
                + String.format(Locale.ROOT, format, figures));
    }
}
