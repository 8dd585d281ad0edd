package io.waybill.cli.demo;

import io.waybill.cli.Output;
import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How many outcomes are in: a bar on a terminal, nothing elsewhere. */
final class Progress implements AutoCloseable {
    private static final Duration STEP = Duration.ofMillis(100);
    private static final int WIDTH = 78;

    private final ProgressBar bar;
    private final Thread thread;

    private Progress(ProgressBar bar, Thread thread) {
        this.bar = bar;
        this.thread = thread;
    }

    static Progress of(Output output, Outcomes outcomes, int expected) {
        if (!output.terminal()) {
            return new Progress(null, null);
        }
        ProgressBar bar = new ProgressBarBuilder()
                .setTaskName("outcomes")
                .setInitialMax(expected)
                .setStyle(ProgressBarStyle.ASCII)
                .setMaxRenderedLength(WIDTH)
                .hideEta()
                .setConsumer(new ConsoleProgressBarConsumer(standardError()))
                .build();
        Thread thread = Thread.ofPlatform().daemon().name("progress").start(() -> follow(bar, outcomes));
        return new Progress(bar, thread);
    }

    @Override
    public void close() {
        if (bar != null) {
            thread.interrupt();
            bar.close();
        }
    }

    private static void follow(ProgressBar bar, Outcomes outcomes) {
        try {
            while (true) {
                bar.stepTo(outcomes.count());
                Thread.sleep(STEP);
            }
        } catch (InterruptedException done) {
            bar.stepTo(outcomes.count());
        }
    }

    private static PrintStream standardError() {
        return System.err;
    }
}
