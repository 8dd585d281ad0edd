package io.waybill.cli.mailboxes;

import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Output;
import io.waybill.cli.Problem;
import io.waybill.cli.handlers.HandlerNames;
import io.waybill.cli.handlers.HandlersOption;
import io.waybill.cli.jobs.InternalEndpoint;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The handlers that a mailbox may name, as a mixin: ours, those of the handlers folder, and those that the command line adds. */
final class KnownHandlers {
    @Mixin
    private HandlersOption folder;

    @Option(
            names = "--handler",
            order = 21,
            paramLabel = "NAME",
            description = "A handler that only other machines have. May be repeated.")
    private List<String> added = new ArrayList<>();

    /** Those of this machine, by its handlers folder. */
    NavigableSet<String> here(ConnectionOptions connection) {
        NavigableSet<String> known = new TreeSet<>(HandlerNames.OURS);
        known.addAll(added);
        folder(connection).map(HandlerNames::in).ifPresent(known::addAll);
        return known;
    }

    /** Those of the processor that runs; of this machine where none is known or answers, or a folder is named. */
    NavigableSet<String> running(ConnectionOptions connection, Output output) {
        Optional<URI> processor = connection.knownProcessorUrl().filter(_ -> !folder.isGiven());
        if (processor.isEmpty()) {
            return here(connection);
        }
        try {
            NavigableSet<String> known = new TreeSet<>(added);
            InternalEndpoint.get(processor.get(), "/internal/handlers", connection.token())
                    .orElseThrow(() -> Problem.incomplete(
                            "it does not tell", processor.get().toString(), ""))
                    .forEach(name -> known.add(name.asText()));
            return known;
        } catch (Problem unknown) {
            output.warning("the processor could not be asked for its handlers (" + unknown.getMessage() + ", at "
                    + unknown.where() + "); those of this machine count");
            return here(connection);
        }
    }

    private Optional<Path> folder(ConnectionOptions connection) {
        return folder.named(connection.surroundings())
                .or(connection::runningHandlers)
                .or(() -> folder.namedOrIn(connection.data(), connection.surroundings()));
    }
}
