package io.waybill.inbound;

import io.micronaut.context.annotation.EachProperty;
import io.micronaut.core.annotation.Nullable;
import io.waybill.sources.graph.SharedApps;
import java.util.List;

/**
 * An app of Microsoft Entra that is the operator's: {@code waybill.microsoft.apps.NAME.*}.
 *
 * @param clientId the app's GUID
 * @param clientSecret where its secret is; this or the certificate
 * @param certificate where its certificate and private key are
 * @param tenants the directories for which it may be used
 * @param users the users for whom, {@code *} for all of these directories
 */
@EachProperty("waybill.microsoft.apps")
record SharedAppSettings(
        String clientId,
        @Nullable String clientSecret,
        @Nullable String certificate,
        List<String> tenants,
        List<String> users) {
    SharedApps.App app() {
        return SharedApps.App.of(clientId, clientSecret, certificate, tenants, users);
    }
}
