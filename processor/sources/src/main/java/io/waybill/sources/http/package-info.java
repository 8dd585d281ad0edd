/**
 * What providers with an HTTP interface have in common; start at {@link io.waybill.sources.http.ApiClient}. What an error means is for
 * each of them to say, in an {@link io.waybill.sources.http.ApiException}; no answer is ever part of a message.
 */
package io.waybill.sources.http;
