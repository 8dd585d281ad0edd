package io.waybill.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The data folder of {@code up}, as a mixin. */
public final class DataFolderOption {
    @Option(
            names = "--data",
            order = 50,
            paramLabel = "DIR",
            description =
                    "Data folder of `up`, with its secrets and run.json. Default: $WAYBILL_DATA, then ~/.waybill.")
    private Path folder;

    /** The folder; it need not exist. */
    public Path path(Surroundings surroundings) {
        Path named = folder != null
                ? folder
                : surroundings
                        .variable("WAYBILL_DATA")
                        .map(Path::of)
                        .orElse(surroundings.home().resolve(".waybill"));
        return named.toAbsolutePath().normalize();
    }

    /** Where secrets are looked up: WAYBILL_SECRETS_DIR, then what `up` used, then {@code <data>/secrets}. */
    public Path secrets(Surroundings surroundings) {
        Path data = path(surroundings);
        return surroundings
                .variable("WAYBILL_SECRETS_DIR")
                .or(() -> RunFile.read(data).map(RunFile::secretsDirectory))
                .map(Path::of)
                .orElseGet(() -> data.resolve("secrets"))
                .toAbsolutePath();
    }
}
