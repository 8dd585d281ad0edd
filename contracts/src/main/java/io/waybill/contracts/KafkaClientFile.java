package io.waybill.contracts;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/** What a cluster wants of its clients (TLS, SASL), as an operator wrote it into a properties file ({@code WAYBILL_KAFKA_CONFIG}). */
public final class KafkaClientFile {
    private KafkaClientFile() {}

    /**
     * The settings in the file.
     *
     * @param file its path; null or blank where the cluster wants nothing
     * @throws IOException if it cannot be read
     */
    public static Map<String, String> read(String file) throws IOException {
        if (file == null || file.isBlank()) {
            return Map.of();
        }
        Properties settings = new Properties();
        try (Reader in = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
            settings.load(in);
        }
        return settings.stringPropertyNames().stream().collect(Collectors.toMap(name -> name, settings::getProperty));
    }

    /**
     * The settings in the file, as an application's configuration names them.
     *
     * @param prefix comes before each name, such as {@code kafka.}
     * @throws IOException if it cannot be read
     */
    public static Map<String, Object> read(String file, String prefix) throws IOException {
        return read(file).entrySet().stream()
                .collect(Collectors.toMap(setting -> prefix + setting.getKey(), Map.Entry::getValue));
    }
}
