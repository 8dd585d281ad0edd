package io.waybill.cli.demo;

import io.waybill.cli.up.GraphEmulator;
import io.waybill.contracts.MicrosoftPointer;

/** The demo's mailbox in Microsoft 365: what comes into it, Graph's emulator announces to the ingress. */
final class GraphInbox {
    private final EmulatorClient emulator;
    private final String userId;

    GraphInbox(GraphEmulator graph) {
        this.emulator = new EmulatorClient("Graph", graph.emulatorUrl());
        this.userId = graph.users().getFirst().id();
    }

    /** From now on each mail is announced twice. */
    void announceTwice() {
        emulator.faults("{\"duplicated\": 1.0}");
    }

    /** A mail comes in. Returns its pointer. */
    MicrosoftPointer deliver(byte[] eml) {
        return new MicrosoftPointer(null, emulator.deliver(userId, eml), null);
    }
}
