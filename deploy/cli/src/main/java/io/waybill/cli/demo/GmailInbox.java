package io.waybill.cli.demo;

import io.waybill.cli.up.GmailEmulator;
import io.waybill.contracts.GooglePointer;

/** The demo's mailbox in Google Workspace: that something came into it, Pub/Sub's emulator pushes to the ingress. */
final class GmailInbox {
    private final EmulatorClient emulator;
    private final String user;

    GmailInbox(GmailEmulator gmail) {
        this.emulator = new EmulatorClient("Gmail", gmail.emulatorUrl());
        this.user = gmail.users().getFirst();
    }

    /** A mail comes in. Returns its pointer. */
    GooglePointer deliver(byte[] eml) {
        return new GooglePointer(emulator.deliver(user, eml));
    }

    /** A mail comes in, and the push that says so is lost. Returns its pointer. */
    GooglePointer deliverUnannounced(byte[] eml) {
        emulator.faults("{\"dropped\": 1.0}");
        try {
            return deliver(eml);
        } finally {
            emulator.faults("{\"dropped\": 0.0}");
        }
    }
}
