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

class PortsTest {
    @Test
    void free_portsAreDistinct() {
        List<Integer> free = Ports.free(7);
        assertEquals(7, new HashSet<>(free).size());
    }

    @Test
    void requireFree_aBusyPortIsNamedWithTheWayOut() throws IOException {
        List<Integer> free = Ports.free(4);
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ports ports = new Ports(busy.getLocalPort(), free.get(0), free.get(1), free.get(2), free.get(3));
            Problem problem = assertThrows(Problem.class, () -> ports.requireFree(true, true));
            assertEquals(Exit.USAGE, problem.exitCode());
            assertTrue(problem.getMessage().contains("port " + busy.getLocalPort()), problem.getMessage());
            assertTrue(problem.remedy().contains("--kafka-port N"), problem.remedy());
            assertTrue(problem.remedy().contains("--bootstrap-servers"), problem.remedy());

            assertDoesNotThrow(() -> ports.requireFree(false, true));
        }
    }

    @Test
    void requireFree_onePortForTwo() {
        List<Integer> free = Ports.free(4);
        Ports ports = new Ports(free.get(0), free.get(1), free.get(2), free.get(3), free.get(3));
        Problem problem = assertThrows(Problem.class, () -> ports.requireFree(true, true));
        assertEquals("--processor-port", problem.where());
    }
}
