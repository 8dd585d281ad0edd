package io.waybill.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.CredentialReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFileTest {
    static final RunFile EXAMPLE = new RunFile(
            4711,
            Instant.parse("2026-03-01T10:00:00Z"),
            "127.0.0.1:9092",
            null,
            "jdbc:postgresql://127.0.0.1:5433/waybill",
            "waybill",
            new CredentialReference("file:embedded-database.password"),
            "http://127.0.0.1:8085",
            "http://127.0.0.1:8084",
            "http://127.0.0.1:8083",
            "http://127.0.0.1:8081",
            "http://127.0.0.1:8082",
            "https://in.example.com",
            "a-token-nobody-may-see",
            "/secrets",
            "/handlers",
            new RunFile.Mail(2525, 1143, "support", "a-password-nobody-may-see"));

    @TempDir
    Path data;

    @Test
    void read_afterWrite_isTheSame() throws IOException {
        EXAMPLE.write(data);
        assertEquals(Optional.of(EXAMPLE), RunFile.read(data));
    }

    @Test
    void write_again_replacesAndLeavesNothingElse() throws IOException {
        EXAMPLE.write(data);
        EXAMPLE.write(data);
        try (Stream<Path> files = Files.list(data)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void write_isReadableByItsOwnerOnly() throws IOException {
        EXAMPLE.write(data);
        assertEquals(
                PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(data.resolve("run.json")));
    }

    @Test
    void read_withoutFile_isEmpty() {
        assertEquals(Optional.empty(), RunFile.read(data));
    }

    @Test
    void read_ofSomethingElse_saysWhatToDo() throws IOException {
        Files.writeString(data.resolve("run.json"), "{\"pid\": \"none\"}");
        Problem problem = assertThrows(Problem.class, () -> RunFile.read(data));
        assertEquals(Exit.USAGE, problem.exitCode());
        assertTrue(problem.where().endsWith("run.json"), problem.where());
    }

    @Test
    void read_ofOneThatKnowsNoMicrosoftIngress_hasNone() throws IOException {
        EXAMPLE.withIngressMicrosoft(null).write(data);
        assertFalse(Files.readString(data.resolve("run.json")).contains("ingressMicrosoftUrl"));

        RunFile read = RunFile.read(data).orElseThrow();

        assertNull(read.ingressMicrosoftUrl());
        assertEquals(EXAMPLE, read.withIngressMicrosoft(EXAMPLE.ingressMicrosoftUrl()));
        assertEquals(
                EXAMPLE,
                read.withIngressImap(null)
                        .withIngressGoogle(null)
                        .withIngressMicrosoft("http://127.0.0.1:8081")
                        .withIngressGoogle("http://127.0.0.1:8082")
                        .withIngressImap(EXAMPLE.ingressImapUrl()));
    }

    @Test
    void toString_tellsNoSecret() {
        assertFalse((EXAMPLE + " " + EXAMPLE.mail()).contains("nobody-may-see"));
    }
}
