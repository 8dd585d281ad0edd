package io.waybill.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class UnprivilegedTest {
    private static final Path DATA = Path.of("/somewhere/data");

    @Test
    void on_anOrdinaryUser_changesNothing() {
        assertEquals(
                new Unprivileged(List.of(), Optional.empty()), Unprivileged.on(DATA, machine(Map.of("id -u", "1000"))));
    }

    @Test
    void on_rootWithNamespaces_takesOne() {
        var machine = machine(Map.of("id -u", "0", "unshare -U id -u", "65534"));

        assertEquals(new Unprivileged(List.of("unshare", "-U"), Optional.empty()), Unprivileged.on(DATA, machine));
    }

    @Test
    void on_rootWithoutNamespaces_becomesAnotherUser() {
        var machine = machine(Map.of(
                "id -u", "0", "runuser -u nobody -- id -u", "65534", "runuser -u nobody -- test -x /somewhere", ""));

        Unprivileged found = Unprivileged.on(DATA, machine);

        assertEquals(Optional.of("nobody"), found.owner());
        assertEquals(List.of("runuser", "-u", "nobody", "--", "initdb"), found.command(List.of("initdb")));
    }

    @Test
    void on_aDirectoryTheOtherUserMayNotEnter_namesIt() {
        var machine = machine(Map.of("id -u", "0", "runuser -u postgres -- id -u", "101"));

        SandboxException refused = assertThrows(SandboxException.class, () -> Unprivileged.on(DATA, machine));

        assertTrue(refused.getMessage().contains("/somewhere"), refused.getMessage());
        assertTrue(refused.wayOut().contains("--data"), refused.wayOut());
    }

    @Test
    void on_rootWithNoWayOut_namesTheDatabaseUrl() {
        SandboxException refused =
                assertThrows(SandboxException.class, () -> Unprivileged.on(DATA, machine(Map.of("id -u", "0"))));

        assertTrue(refused.wayOut().contains("--database-url"), refused.wayOut());
    }

    private static Function<List<String>, Optional<String>> machine(Map<String, String> answers) {
        return command -> Optional.ofNullable(answers.get(String.join(" ", command)));
    }
}
