package io.waybill.cli.demo;

import io.waybill.cli.Problem;
import io.waybill.cli.supervise.Tree;
import io.waybill.cli.up.DataFolder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The demo's handlers folder, made of links: the handler that fails on purpose, which is nowhere else, and those of the user. */
final class DemoHandlers {
    private DemoHandlers() {}

    static Path create(DataFolder data, Tree tree, Optional<Path> further) {
        Path folder = data.path().resolve("handlers");
        try {
            Files.createDirectory(folder);
            Files.createSymbolicLink(
                    folder.resolve("rehearsal.jar"), tree.jar("deploy/sandbox").toAbsolutePath());
            if (further.isPresent()) {
                try (DirectoryStream<Path> entries = Files.newDirectoryStream(further.get(), "*.{jar,lib}")) {
                    for (Path entry : entries) {
                        Files.createSymbolicLink(folder.resolve(entry.getFileName()), entry.toAbsolutePath());
                    }
                }
            }
            return folder;
        } catch (FileAlreadyExistsException taken) {
            throw Problem.usage(
                    "a jar has the name of the demo's own handler", taken.getFile(), "Name it something else.");
        } catch (IOException cannot) {
            throw Problem.incomplete(
                    "cannot make the demo's handlers folder ("
                            + cannot.getClass().getSimpleName() + ")",
                    folder.toString(),
                    "Is the disk full?");
        }
    }
}
