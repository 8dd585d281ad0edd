/**
 * Runs providers' emulators for who wants to try Waybill against them. Start at {@link io.waybill.cli.sandbox.SandboxVerb}; what the
 * emulators themselves do is in {@code deploy/sandbox}.
 */
package io.waybill.cli.sandbox;
