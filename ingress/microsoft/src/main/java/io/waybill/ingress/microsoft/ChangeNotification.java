package io.waybill.ingress.microsoft;

import io.micronaut.core.annotation.Nullable;

/**
 * One item of a change notification collection: what of it is used. Each may be missing, and is null then, and also where it is no
 * text.
 *
 * @param clientState what proves that it comes from Graph
 * @param tenantId the Microsoft 365 directory, not a tenant of ours
 * @param lifecycleEvent not null where it is about the subscription and not about a message
 * @param messageId {@code resourceData.id}. Where else Graph has it, {@code resource} and {@code @odata.id}, its spelling varies; and
 *     nothing of a notification is ever used as a path
 */
record ChangeNotification(
        @Nullable String clientState,
        @Nullable String tenantId,
        @Nullable String subscriptionId,
        @Nullable String changeType,
        @Nullable String lifecycleEvent,
        @Nullable String messageId) {}
