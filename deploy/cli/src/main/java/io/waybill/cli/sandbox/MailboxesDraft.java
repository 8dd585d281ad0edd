package io.waybill.cli.sandbox;

import io.waybill.cli.Problem;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The mailboxes.yml that is asked for. One that is there already may be somebody's work. */
record MailboxesDraft(Path file) {
    MailboxesDraft {
        file = file.toAbsolutePath().normalize();
    }

    /** Throws {@link Problem} where there is another, or none can be written. */
    void write(String yaml) {
        try {
            Files.writeString(file, yaml, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException there) {
            requireSame(yaml);
        } catch (IOException cannot) {
            throw cannot("write", cannot);
        }
    }

    private void requireSame(String yaml) {
        try {
            if (!Files.readString(file).equals(yaml)) {
                throw Problem.usage(
                        "the file is there already, and says something else",
                        file.toString(),
                        "Name another file by --write-mailboxes, or remove this one.");
            }
        } catch (IOException cannot) {
            throw cannot("read", cannot);
        }
    }

    private Problem cannot(String what, IOException why) {
        return Problem.usage(
                "cannot " + what + " the mailboxes (" + why.getClass().getSimpleName() + ")",
                file.toString(),
                "Name a file in a folder that is there and that this user may write to.");
    }
}
