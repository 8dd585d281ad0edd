package io.waybill.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class ConnectionOptionsTest {
    private final Map<String, String> variables = new HashMap<>();

    @TempDir
    Path home;

    private Path data;

    @BeforeEach
    void createDataFolder() throws IOException {
        data = Files.createDirectories(home.resolve(".waybill"));
    }

    @Test
    void bootstrapServers_anOptionWinsOverAVariableOverRunFile() throws IOException {
        RunFileTest.EXAMPLE.write(data);
        assertEquals("127.0.0.1:9092", parse().bootstrapServers());

        variables.put("WAYBILL_BOOTSTRAP_SERVERS", "kafka-by-variable:9092");
        assertEquals("kafka-by-variable:9092", parse().bootstrapServers());
        assertEquals(
                "kafka-by-option:9092",
                parse("--bootstrap-servers", "kafka-by-option:9092").bootstrapServers());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://proc essor:8085", "localhost:8085", "8085", "ftp://processor", "http:/processor"})
    void processorUrlThatIsNone_isWrongUsage(String url) {
        variables.put("WAYBILL_PROCESSOR_URL", url);
        Problem problem = assertThrows(Problem.class, () -> parse().processorUrl());
        assertEquals(Exit.USAGE, problem.exitCode());
        assertEquals(url, problem.where());
        assertTrue(problem.remedy().contains("WAYBILL_PROCESSOR_URL"), problem.remedy());
    }

    @Test
    void database_eachPartIsFoundOnItsOwn() throws IOException {
        RunFileTest.EXAMPLE.write(data);
        variables.put("WAYBILL_DATABASE_PASSWORD", "env:WAYBILL_SECRET_DB");
        variables.put("WAYBILL_SECRET_DB", "swordfish");
        ConnectionOptions.Database database =
                parse("--database-url", "jdbc:postgresql://db/tickets").database();
        assertEquals("jdbc:postgresql://db/tickets", database.url());
        assertEquals("waybill", database.user());
        assertEquals("swordfish", database.password().orElseThrow().text());
        assertFalse(database.toString().contains("swordfish"));
    }

    @Test
    void database_passwordWrittenOut_isRefusedWithoutRepeatingIt() {
        variables.put("WAYBILL_DATABASE_URL", "jdbc:postgresql://db/tickets");
        variables.put("WAYBILL_DATABASE_PASSWORD", "swordfish");
        Problem problem = assertThrows(Problem.class, () -> parse().database());
        assertFalse((problem.getMessage() + problem.where() + problem.remedy()).contains("swordfish"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://db/tickets?user=x&password=swordfish",
                "jdbc:postgresql://db/tickets?sslpassword=swordfish",
                "jdbc:postgresql://x:swordfish@db/tickets"
            })
    void database_passwordInTheUrl_isRefusedWithoutRepeatingIt(String url) {
        variables.put("WAYBILL_DATABASE_URL", url);
        for (Executable verb : List.<Executable>of(() -> parse().database(), () -> parse().foreignDatabase())) {
            Problem problem = assertThrows(Problem.class, verb);
            assertEquals(Exit.USAGE, problem.exitCode());
            assertFalse((problem.getMessage() + problem.where() + problem.remedy()).contains("swordfish"));
        }
    }

    @Test
    void database_secretThatIsNotThere_isNamed() throws IOException {
        RunFileTest.EXAMPLE.write(data);
        Problem problem = assertThrows(Problem.class, () -> parse().database());
        assertTrue(problem.getMessage().contains("file:embedded-database.password"), problem.getMessage());
    }

    @Test
    void kafka_settingsOfTheFile_withoutItsBootstrapServers() throws IOException {
        Path file = Files.writeString(
                home.resolve("client.properties"), "security.protocol=SSL\nbootstrap.servers=elsewhere:1\n");
        Map<String, Object> settings = parse("--kafka-config", file.toString(), "--bootstrap-servers", "kafka:9093")
                .kafka();
        assertEquals(Map.of("security.protocol", "SSL", "bootstrap.servers", "kafka:9093"), settings);
    }

    @Test
    void data_byOptionThenVariableThenHome() {
        assertEquals(data, parse().data());
        variables.put("WAYBILL_DATA", "/by-variable");
        assertEquals(Path.of("/by-variable"), parse().data());
        assertEquals(Path.of("/by-option"), parse("--data", "/by-option").data());
    }

    @Test
    void nothingKnown_saysHowToNameIt() {
        Problem problem = assertThrows(Problem.class, () -> parse().processorUrl());
        assertEquals(Exit.USAGE, problem.exitCode());
        assertTrue(problem.remedy().contains("waybill up"), problem.remedy());
        assertTrue(problem.remedy().contains("--processor-url"), problem.remedy());
        assertEquals(Optional.empty(), parse().token());
    }

    private ConnectionOptions parse(String... args) {
        Probe probe = new Probe();
        String[] line = new String[args.length + 1];
        line[0] = "probe";
        System.arraycopy(args, 0, line, 1, args.length);
        PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        Surroundings surroundings = new Surroundings(variables, home, false, Clock.systemUTC());
        assertEquals(
                Exit.DONE,
                Waybill.commandLine(surroundings, nowhere, nowhere)
                        .addSubcommand(probe)
                        .execute(line));
        return probe.connection;
    }

    @Command(name = "probe")
    static final class Probe implements Runnable {
        @Mixin
        private ConnectionOptions connection;

        @Override
        public void run() {
            // Parsing is all that is wanted.
        }
    }
}
