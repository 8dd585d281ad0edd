package io.waybill.sandbox.graph;

import io.waybill.sandbox.oauth.EntraApp;
import java.net.URI;
import java.time.Instant;
import java.util.List;

/**
 * Who is told of what. Its secret is not shown when it is printed.
 *
 * @param app whose subscription it is: notifications name its tenant
 * @param user the mailbox
 * @param folderId null for all folders
 * @param changeTypes in the order they were asked for
 * @param lifecycleUrl null for none
 * @param clientState null for none
 * @param immutableIds whether notifications carry immutable ids
 * @param reauthorizeSince when a reauthorization was asked for that is still owed; null for none
 */
public record GraphSubscription(
        String id,
        EntraApp app,
        String user,
        String folderId,
        String resource,
        List<String> changeTypes,
        URI notificationUrl,
        URI lifecycleUrl,
        Instant expiration,
        String clientState,
        boolean immutableIds,
        Instant reauthorizeSince) {

    /** Renewed, which also authorizes it again. */
    GraphSubscription until(Instant newExpiration) {
        return changed(notificationUrl, newExpiration, null);
    }

    GraphSubscription at(URI newUrl) {
        return changed(newUrl, expiration, reauthorizeSince);
    }

    GraphSubscription reauthorizeSince(Instant time) {
        return changed(notificationUrl, expiration, time);
    }

    boolean isSameAs(GraphSubscription other) {
        return app.equals(other.app)
                && user.equals(other.user)
                && String.valueOf(folderId).equals(String.valueOf(other.folderId))
                && changeTypes.equals(other.changeTypes);
    }

    boolean tells(String changeType, String changedFolderId) {
        return changeTypes.contains(changeType) && (folderId == null || folderId.equals(changedFolderId));
    }

    private GraphSubscription changed(URI url, Instant newExpiration, Instant reauthorize) {
        return new GraphSubscription(
                id,
                app,
                user,
                folderId,
                resource,
                changeTypes,
                url,
                lifecycleUrl,
                newExpiration,
                clientState,
                immutableIds,
                reauthorize);
    }

    @Override
    public String toString() {
        return "subscription " + id + " of " + app.clientId() + " to " + resource + " until " + expiration;
    }
}
