package io.waybill.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What is done to a directory and everything below it. */
public final class DirectoryTree {
    /** Deletes it; one that is not there is fine. */
    public static void delete(Path root) throws IOException {
        if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            for (Path path : list(root, Comparator.reverseOrder())) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Gives it to another user. */
    static void give(Path root, String user) throws IOException {
        UserPrincipal owner =
                root.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user);
        for (Path path : list(root, Comparator.naturalOrder())) {
            if (!Files.isSymbolicLink(path)) {
                Files.setOwner(path, owner);
            }
        }
    }

    private static List<Path> list(Path root, Comparator<Path> order) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.sorted(order).toList();
        }
    }

    private DirectoryTree() {}
}
