package io.waybill.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.cli.Exit;
import io.waybill.cli.Ran;
import io.waybill.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorVerbTest {
    @TempDir
    Path home;

    @Test
    void installKeyThatIsTooShort_isOneFindingOfAll() throws IOException {
        Path secrets = Files.createDirectories(home.resolve(".waybill/secrets"));
        Files.writeString(secrets.resolve("install.key"), "far too short");
        Ran ran = new Run(home).execute("doctor");
        assertEquals(Exit.INCOMPLETE, ran.code());
        assertTrue(ran.out().contains("must have at least 32 bytes"), ran.out());
        assertTrue(ran.out().contains("disk "), ran.out());
    }
}
