package io.waybill.inbound;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.waybill.contracts.Secrets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The processor's settings, {@code waybill.*}.
 *
 * @param stateDir where the state stores are; a real disk that survives restarts
 * @param secretsDir where {@code file:} credentials are; by default {@code ~/.waybill/secrets}
 * @param handlersDir where the jars of further handlers are; by default {@code handlers} beside the state directory, if it exists
 * @param internalToken bearer token of {@code /internal}; empty refuses everybody
 * @param settledHorizon how long a settled job is remembered
 * @param standstillLimit how long the streams may neither work nor restore anything before the process ends; at least five seconds, and
 *     longer than a rebalance may last, which waits a minute and a half for a member that hangs and then for its session
 * @param kafkaConfig a properties file with further client settings (TLS, SASL); empty for none
 */
@ConfigurationProperties("waybill")
public record ProcessorSettings(
        @Bindable(defaultValue = "") String stateDir,
        @Bindable(defaultValue = "") String secretsDir,
        @Bindable(defaultValue = "") String handlersDir,
        @Bindable(defaultValue = "") String internalToken,
        @Bindable(defaultValue = "14d") Duration settledHorizon,
        @Bindable(defaultValue = "4m") Duration standstillLimit,
        @Bindable(defaultValue = "") String kafkaConfig) {
    private static final Duration LEAST_STANDSTILL = Duration.ofSeconds(5);

    public ProcessorSettings {
        if (standstillLimit.compareTo(LEAST_STANDSTILL) < 0) {
            throw new IllegalArgumentException("waybill.standstill-limit must be at least 5s, not " + standstillLimit);
        }
    }

    /** The state directory; by default one below the user's home. */
    Path statePath() {
        return stateDir.isBlank()
                ? Path.of(System.getProperty("user.home", "."), ".waybill", "state")
                : Path.of(stateDir);
    }

    Secrets secrets() {
        return Secrets.ofProcess(secretsDir);
    }

    /** The folder of further handlers: one that is named must be there. */
    Optional<Path> handlersPath() {
        return handlersDir.isBlank()
                ? Optional.of(statePath().toAbsolutePath().resolveSibling("handlers"))
                        .filter(Files::isDirectory)
                : Optional.of(Path.of(handlersDir));
    }

    /** Where mails too large for memory lie while they are worked on; beside the state, so that it is on a real disk. */
    Path spoolPath() {
        Path spool = statePath().toAbsolutePath().resolveSibling("spool");
        try {
            return Files.createDirectories(spool);
        } catch (IOException readOnly) {
            throw new UncheckedIOException("cannot create " + spool, readOnly);
        }
    }

    @Override
    public String toString() {
        return "ProcessorSettings[stateDir=" + stateDir + ", settledHorizon=" + settledHorizon + "]";
    }
}
