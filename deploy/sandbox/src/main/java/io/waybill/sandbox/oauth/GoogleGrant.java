package io.waybill.sandbox.oauth;

import java.util.Set;

/**
 * What a token of Google's is good for.
 *
 * @param serviceAccount whose key signed for it
 * @param subject the address of the user that the service account acts for; its own where it acts for nobody
 */
public record GoogleGrant(String serviceAccount, String subject, Set<String> scopes) {
    public GoogleGrant {
        scopes = Set.copyOf(scopes);
    }
}
