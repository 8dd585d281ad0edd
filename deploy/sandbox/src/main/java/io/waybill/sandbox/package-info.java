/** What the demo and the tests run on: a real broker, a real PostgreSQL and a real mail server inside one JVM. */
package io.waybill.sandbox;
