/**
 * Access tokens for accounts that are not signed in to by password. Start at {@link io.waybill.sources.oauth.AccessTokens}, which keeps
 * them; {@link io.waybill.sources.oauth.Grant} says whose they are. No token, secret or answer of an endpoint is ever part of a message.
 */
package io.waybill.sources.oauth;
