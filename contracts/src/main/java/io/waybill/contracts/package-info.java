/**
 * What all sides agree on: the pointer job and its identity, the topics and their policies, outcomes and failures. Start at
 * {@link io.waybill.contracts.PointerJob}, then {@link io.waybill.contracts.Topics}. Nothing that fetches, handles or serves
 * may come in; the JDK, Jackson, the Kafka client and SLF4J are all it stands on.
 */
package io.waybill.contracts;
