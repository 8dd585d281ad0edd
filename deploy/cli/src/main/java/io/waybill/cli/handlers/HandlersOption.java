package io.waybill.cli.handlers;

import io.waybill.cli.Problem;
import io.waybill.cli.Surroundings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the jars of further handlers are, as a mixin. */
public final class HandlersOption {
    private static final String VARIABLE = "WAYBILL_HANDLERS_DIR";

    @Option(
            names = "--handlers",
            order = 20,
            paramLabel = "DIR",
            description = "Folder with jars of handlers of your own. Default: $WAYBILL_HANDLERS_DIR.")
    private Path folder;

    /** Whether the command line names it. */
    public boolean isGiven() {
        return folder != null;
    }

    /** The folder that option or variable name. Throws {@link Problem} where it is none. */
    public Optional<Path> named(Surroundings surroundings) {
        Optional<Path> named = Optional.ofNullable(folder)
                .or(() -> surroundings.variable(VARIABLE).map(Path::of))
                .map(path -> path.toAbsolutePath().normalize());
        named.filter(path -> !Files.isDirectory(path)).ifPresent(path -> {
            throw Problem.usage(
                    "the handlers folder is not there",
                    path.toString(),
                    "Create it, or name the one that holds the jars of your handlers: --handlers DIR.");
        });
        return named;
    }

    /** The folder named, else {@code handlers} in the data folder if there is one. */
    public Optional<Path> namedOrIn(Path data, Surroundings surroundings) {
        return named(surroundings)
                .or(() -> Optional.of(data.resolve("handlers")).filter(Files::isDirectory));
    }
}
