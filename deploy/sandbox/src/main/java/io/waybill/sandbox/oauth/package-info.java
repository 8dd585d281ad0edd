/** An OAuth token endpoint that does what a test tells it to, and the credentials that it knows. */
package io.waybill.sandbox.oauth;
