package io.waybill.cli.up;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.cli.Exit;
import io.waybill.cli.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortsTest {
    @Test
    void free_portsAreDistinct() {
        List<Integer> free = Ports.free(7);
        assertEquals(7, new HashSet<>(free).size());
    }

    @Test
    void requireFree_aBusyPortIsNamedWithTheWayOut() throws IOException {
        List<Integer> free = Ports.free(6);
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Integer> wanted = new ArrayList<>(free);
            wanted.addFirst(busy.getLocalPort());
            Ports ports = ports(wanted);
            Problem problem = assertThrows(Problem.class, () -> ports.requireFree(true, true, true));
            assertEquals(Exit.USAGE, problem.exitCode());
            assertTrue(problem.getMessage().contains("port " + busy.getLocalPort()), problem.getMessage());
            assertTrue(problem.remedy().contains("--kafka-port N"), problem.remedy());
            assertTrue(problem.remedy().contains("--bootstrap-servers"), problem.remedy());

            assertDoesNotThrow(() -> ports.requireFree(false, true, true));
        }
    }

    @ParameterizedTest
    @CsvSource({"2, the Microsoft ingress, --ingress-microsoft-port", "3, the Google ingress, --ingress-google-port"})
    void requireFree_thePortOfAnIngressThatProvidersCall_isLookedAtWhereSomethingCanCallIt(
            int which, String who, String option) throws IOException {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Integer> wanted = new ArrayList<>(Ports.free(7));
            wanted.set(which, busy.getLocalPort());
            Ports ports = ports(wanted);

            assertDoesNotThrow(() -> ports.requireFree(true, true, false));
            Problem problem = assertThrows(Problem.class, () -> ports.requireFree(true, true, true));

            assertTrue(problem.getMessage().contains(who), problem.getMessage());
            assertTrue(problem.remedy().endsWith(option + " N."), problem.remedy());
        }
    }

    @Test
    void requireFree_onePortForTwo() {
        List<Integer> free = Ports.free(6);
        Ports ports = ports(
                List.of(free.get(0), free.get(1), free.get(2), free.get(3), free.get(4), free.get(5), free.get(5)));
        Problem problem = assertThrows(Problem.class, () -> ports.requireFree(true, true, true));
        assertEquals("--processor-port", problem.where());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 65_536})
    void requireFree_whatIsNoPort_isNamed(int none) {
        List<PortClaim> claims = List.of(new PortClaim("Graph", none, "--graph-port"));
        Problem problem = assertThrows(Problem.class, () -> PortClaim.requireFree(claims));
        assertEquals("--graph-port", problem.where());
        assertTrue(problem.getMessage().startsWith(none + " is no port"), problem.getMessage());
    }

    private static Ports ports(List<Integer> all) {
        return new Ports(all.get(0), all.get(1), all.get(2), all.get(3), all.get(4), all.get(5), all.get(6));
    }
}
