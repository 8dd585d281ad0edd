package io.waybill.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import org.junit.jupiter.api.Test;

class PostgresBinariesTest {
    @Test
    void archiveName_ofEachMachine_isTheArtifacts() {
        assertEquals("postgres-linux-x86_64.txz", PostgresBinaries.archiveName("Linux", "amd64"));
        assertEquals("postgres-linux-arm_64.txz", PostgresBinaries.archiveName("Linux", "aarch64"));
        assertEquals("postgres-darwin-x86_64.txz", PostgresBinaries.archiveName("Mac OS X", "x86_64"));
        assertEquals("postgres-darwin-arm_64.txz", PostgresBinaries.archiveName("Mac OS X", "aarch64"));
    }

    @Test
    void archives_ofBothLinuxMachines_areOnTheClassPath() {
        assertNotNull(getClass().getResource("/postgres-linux-x86_64.txz"));
        assertNotNull(getClass().getResource("/postgres-linux-arm_64.txz"));
    }
}
