package io.waybill.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** PostgreSQL's programs, unpacked from the artifact for this machine. */
final class PostgresBinaries {
    private static final int EXECUTABLE = 0b001_001_001;

    /**
     * Unpacks into a folder of the directory unless somebody did before; several processes may do so at once.
     *
     * @return the folder that holds {@code bin}
     * @throws SandboxException if there are no programs for this machine
     */
    static Path unpack(Path directory) throws IOException {
        Path home = directory.resolve("postgresql-18.6");
        if (Files.exists(home)) {
            return home;
        }
        String archive = archiveName(System.getProperty("os.name"), System.getProperty("os.arch"));
        Files.createDirectories(directory);
        Path unfinished = Files.createTempDirectory(directory, "postgresql-unfinished-");
        try (InputStream packed = PostgresBinaries.class.getResourceAsStream("/" + archive)) {
            if (packed == null) {
                throw new SandboxException(
                        "no embedded PostgreSQL for this machine: " + archive + " is not on the class path",
                        "Use a database of your own with --database-url.");
            }
            unpack(packed, unfinished);
            // Another user may have to run them.
            Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException another) {
            if (!Files.exists(home)) {
                throw another;
            }
        } finally {
            DirectoryTree.delete(unfinished);
        }
        return home;
    }

    /** Unpacked once for this JVM, deleted when it ends: it takes seconds, and a test JVM may start a dozen databases. */
    static Path ofThisJvm() {
        return OfThisJvm.HOME;
    }

    private static final class OfThisJvm {
        static final Path HOME = unpackForThisJvm();

        private static Path unpackForThisJvm() {
            try {
                Path directory = Files.createTempDirectory("waybill-postgres-programs-");
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
                Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteQuietly(directory), "postgres-programs"));
                return unpack(directory);
            } catch (IOException broken) {
                throw new SandboxException(
                        "PostgreSQL could not be unpacked: " + broken,
                        "Is there room in the temporary directory?",
                        broken);
            }
        }

        private static void deleteQuietly(Path directory) {
            try {
                DirectoryTree.delete(directory);
            } catch (IOException left) {
                System.err.println("left behind: " + directory);
            }
        }
    }

    static String archiveName(String system, String architecture) {
        String name = system.toLowerCase(Locale.ROOT);
        boolean arm = architecture.equals("aarch64") || architecture.equals("arm64");
        return "postgres-" + (name.startsWith("mac") ? "darwin" : name) + "-" + (arm ? "arm_64" : "x86_64") + ".txz";
    }

    private static void unpack(InputStream packed, Path target) throws IOException {
        try (var tar = new TarArchiveInputStream(new XZCompressorInputStream(packed))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("an entry outside of its archive: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                    continue;
                }
                Files.createDirectories(path.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else {
                    Files.copy(tar, path);
                    String permissions = (entry.getMode() & EXECUTABLE) == 0 ? "rw-r--r--" : "rwxr-xr-x";
                    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
                }
            }
        }
    }

    private PostgresBinaries() {}
}
