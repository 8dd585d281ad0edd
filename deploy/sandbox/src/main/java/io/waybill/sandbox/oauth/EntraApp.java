package io.waybill.sandbox.oauth;

/**
 * An app of Microsoft's as its tokens name it.
 *
 * @param tenant the directory it signed in to
 */
public record EntraApp(String tenant, String clientId) {}
