package io.waybill.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.cli.Output;
import io.waybill.cli.Problem;
import io.waybill.cli.Surroundings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerbsTest {
    @TempDir
    Path data;

    /** Nothing runs in the data folder: whoever still finds a database has it from the environment. */
    @Test
    void installationOfTheEnvironment_isNotSpokenTo() {
        Surroundings production = new Surroundings(
                Map.of(
                        "WAYBILL_DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/waybill",
                        "WAYBILL_DATABASE_USER", "waybill",
                        "WAYBILL_DATA", data.resolve("production").toString()),
                data,
                false,
                Clock.systemUTC());

        Problem problem = assertThrows(
                Problem.class, () -> new Verbs(production, new Output(), data.resolve("demo")).ticket("T-1"));

        assertEquals("`waybill tickets show T-1` ended with code 2", problem.getMessage());
        assertTrue(problem.remedy().contains("The database is not known"), problem.remedy());
        assertTrue(problem.remedy().contains(data.resolve("demo").toString()), problem.remedy());
    }
}
