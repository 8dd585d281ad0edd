/**
 * Topics: the verbs that create and check them, and what all verbs read and write them with. Start at
 * {@link io.waybill.cli.topics.TopicReader}.
 */
package io.waybill.cli.topics;
