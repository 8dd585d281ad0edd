/**
 * The promises as test objects, asserted while processes are killed and restarted midway, and while the database is away. Start at
 * {@link io.waybill.e2e.Promise}; the ground that all runs stand on is {@link io.waybill.e2e.Ground}.
 */
package io.waybill.e2e;
