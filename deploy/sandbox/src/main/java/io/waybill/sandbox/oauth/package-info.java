/** An OAuth token endpoint that does what a test tells it to. */
package io.waybill.sandbox.oauth;
