/** What the emulators of the providers share: chance, counts and clocks, and what they do to HTTP that a good server would not. */
package io.waybill.sandbox.emulator;
