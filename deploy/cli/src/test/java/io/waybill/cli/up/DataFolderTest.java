package io.waybill.cli.up;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.cli.Exit;
import io.waybill.cli.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    Path parent;

    @Test
    void open_createsWhatOnlyTheOwnerMayLookInto() throws IOException {
        try (DataFolder data = DataFolder.open(parent.resolve("a/b c"), 0)) {
            assertEquals(PosixFilePermissions.fromString("rwx--x--x"), Files.getPosixFilePermissions(data.path()));
            assertEquals(PosixFilePermissions.fromString("rwx------"), Files.getPosixFilePermissions(data.logs()));
        }
    }

    @Test
    void open_twice_namesTheOwner() {
        Path path = parent.resolve("data");
        try (DataFolder first = DataFolder.open(path, 0)) {
            Problem problem = assertThrows(Problem.class, () -> DataFolder.open(first.path(), 0));
            assertEquals(Exit.USAGE, problem.exitCode());
            assertTrue(
                    problem.getMessage()
                            .contains(Long.toString(ProcessHandle.current().pid())),
                    problem.getMessage());
        }
        DataFolder.open(path, 0).close();
    }

    @Test
    void open_withoutSpace_saysHowMuchThereIsAndWhatToDo() {
        Problem problem = assertThrows(Problem.class, () -> DataFolder.open(parent.resolve("data"), Long.MAX_VALUE));
        assertEquals(Exit.USAGE, problem.exitCode());
        assertTrue(problem.getMessage().contains("MiB are free"), problem.getMessage());
        assertTrue(problem.remedy().contains("--data"), problem.remedy());
        assertTrue(problem.remedy().contains("--min-free"), problem.remedy());
    }

    @Test
    void open_whereAFileIs_saysWhatToDo() throws IOException {
        Path file = Files.createFile(parent.resolve("file"));
        Problem problem = assertThrows(Problem.class, () -> DataFolder.open(file.resolve("data"), 0));
        assertTrue(problem.remedy().contains("--data"), problem.remedy());
    }
}
