/**
 * Where a job is and what became of it. Start at {@link io.waybill.cli.jobs.JobsVerbs}.
 */
package io.waybill.cli.jobs;
