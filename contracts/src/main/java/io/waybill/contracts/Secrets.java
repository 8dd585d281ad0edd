package io.waybill.contracts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Resolves credential references, anew at each use, so that a rotated secret needs no restart. Only {@code WAYBILL_SECRET_*}
 * variables and plain files directly in the secrets directory are ever read.
 */
public final class Secrets {
    /** A password, a key or a token; what is larger is not one. */
    private static final int MAX_BYTES = 16 * 1024;

    private static final Pattern TRAILING_LINE_END = Pattern.compile("\\r?\\n\\z");

    private final Map<String, String> environment;
    private final Path directory;

    public Secrets(Map<String, String> environment, Path directory) {
        this.environment = environment;
        this.directory = directory;
    }

    /** The process's own environment and {@code WAYBILL_SECRETS_DIR} (default {@code ~/.waybill/secrets}). */
    public static Secrets ofProcess() {
        String named = System.getenv("WAYBILL_SECRETS_DIR");
        Path directory = named != null && !named.isBlank()
                ? Path.of(named)
                : Path.of(System.getProperty("user.home", "."), ".waybill", "secrets");
        return new Secrets(System.getenv(), directory);
    }

    /** As {@link #ofProcess}, but with the directory that the configuration names; blank where it names none. */
    public static Secrets ofProcess(String directory) {
        return directory.isBlank() ? ofProcess() : new Secrets(System.getenv(), Path.of(directory));
    }

    /** The secret, without one trailing line end; empty where the variable or file does not exist, is empty or is too large. */
    public Optional<Secret> resolve(CredentialReference reference) {
        String name = reference.value().substring(reference.value().indexOf(':') + 1);
        Optional<String> text = reference.value().startsWith("env:")
                ? Optional.ofNullable(environment.get(name))
                : read(directory.resolve(name));
        return text.map(value -> TRAILING_LINE_END.matcher(value).replaceFirst(""))
                .filter(value -> !value.isEmpty())
                .map(Secret::of);
    }

    private static Optional<String> read(Path file) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && !isMountedSecret(file)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            return bytes.length > MAX_BYTES ? Optional.empty() : Optional.of(new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** Orchestrators mount secrets as links within the directory ({@code ..data/NAME}); a link that leaves it is refused. */
    private static boolean isMountedSecret(Path file) {
        try {
            return Files.isSymbolicLink(file)
                    && file.toRealPath().startsWith(file.getParent().toRealPath())
                    && Files.isRegularFile(file);
        } catch (IOException dangling) {
            return false;
        }
    }
}
