package io.waybill.cli.dlq;

import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import io.waybill.cli.Problem;
import java.util.Set;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** What the two verbs that close dead letters say alike. */
final class Closing {
    /** Rows of a dry run that people read. */
    static final int SHOWN = 20;

    /** A name, not a story. */
    private static final int MAX_BY = 100;

    private Closing() {}

    static String count(int letters) {
        return letters == 1 ? "1 dead letter" : letters + " dead letters";
    }

    static String by(String named, ConnectionOptions connection) {
        String by = named != null
                ? named
                : connection.surroundings().variable("USER").orElse("operator");
        String plain = Output.printable(by);
        return plain.length() <= MAX_BY ? plain : plain.substring(0, MAX_BY);
    }

    static void sayMissing(Output output, Set<String> ids) {
        ids.forEach(id -> output.line("not open: " + Output.printable(id)));
    }

    static void sayTruncated(Output output, boolean truncated) {
        if (truncated) {
            output.warning("more match than the " + DeadLetterTable.MAX + " that one run takes: run it again");
        }
    }

    /**
     * What was cut off is not done: a script that closes all must not take one run for all of it. Where all that matched had to be left
     * alone, nothing is done either. Throws {@link Problem} where it failed half-way, so call it when what was done is told.
     */
    static int exit(Output output, Redriver.Result result) {
        result.trouble().ifPresent(trouble -> {
            throw trouble;
        });
        if (result.finished()) {
            boolean nothing = result.done().isEmpty() && !result.left().isEmpty();
            return result.truncated() || nothing ? Exit.INCOMPLETE : Exit.DONE;
        }
        output.warning("another operator took over meanwhile, or it took too long for the broker, which looks the"
                + " same from here: see `waybill dlq list`, and where nobody else is at it, run it again");
        return Exit.INCOMPLETE;
    }

    /** A bar where a person looks on, nothing elsewhere. */
    static final class Bar implements AutoCloseable {
        private final ProgressBar bar;

        Bar(Output output, String task) {
            bar = output.terminal()
                    ? new ProgressBarBuilder()
                            .setTaskName(task)
                            .setInitialMax(0)
                            .setUpdateIntervalMillis(200)
                            .build()
                    : null;
        }

        void committed(int done, int of) {
            if (bar != null) {
                bar.maxHint(of);
                bar.stepTo(done);
            }
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
            }
        }
    }
}
