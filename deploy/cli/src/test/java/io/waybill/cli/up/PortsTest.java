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
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortsTest {
    @Test
    void free_portsAreDistinct() {
        List<Integer> free = Ports.free(7);
        assertEquals(7, new HashSet<>(free).size());
    }

    @Test
    void requireFree_aBusyPortIsNamedWithTheWayOut() throws IOException {
        List<Integer> free = Ports.free(5);
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ports ports =
                    new Ports(busy.getLocalPort(), free.get(0), free.get(1), free.get(2), free.get(3), free.get(4));
            Problem problem = assertThrows(Problem.class, () -> ports.requireFree(true, true, true));
            assertEquals(Exit.USAGE, problem.exitCode());
            assertTrue(problem.getMessage().contains("port " + busy.getLocalPort()), problem.getMessage());
            assertTrue(problem.remedy().contains("--kafka-port N"), problem.remedy());
            assertTrue(problem.remedy().contains("--bootstrap-servers"), problem.remedy());

            assertDoesNotThrow(() -> ports.requireFree(false, true, true));
        }
    }

    @Test
    void requireFree_thePortOfTheMicrosoftIngress_isLookedAtWhereSomethingCanCallIt() throws IOException {
        List<Integer> free = Ports.free(5);
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ports ports =
                    new Ports(free.get(0), free.get(1), busy.getLocalPort(), free.get(2), free.get(3), free.get(4));

            assertDoesNotThrow(() -> ports.requireFree(true, true, false));
            Problem problem = assertThrows(Problem.class, () -> ports.requireFree(true, true, true));

            assertTrue(problem.getMessage().contains("the Microsoft ingress"), problem.getMessage());
            assertTrue(problem.remedy().endsWith("--ingress-microsoft-port N."), problem.remedy());
        }
    }

    @Test
    void requireFree_onePortForTwo() {
        List<Integer> free = Ports.free(5);
        Ports ports = new Ports(free.get(0), free.get(1), free.get(2), free.get(3), free.get(4), free.get(4));
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
}
