package io.waybill.sources.graph;

import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.MicrosoftAccount.Credential;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Apps whose credential is the operator's: they stand in the process's own configuration, for whoever can write a mailbox must not be able
 * to read all mail that such an app may read. Who may use one is looked up at each use.
 *
 * @param apps in any order
 */
public record SharedApps(List<App> apps) {
    public static final SharedApps NONE = new SharedApps(List.of());

    public SharedApps {
        apps = List.copyOf(apps);
    }

    /**
     * One app.
     *
     * @param clientId the app's GUID
     * @param credential how it signs in
     * @param tenants the directories for which it may be used, GUIDs in lower case
     * @param users the users for whom it may be used, as mailboxes name them; {@code *} for all of these directories
     */
    public record App(String clientId, Credential credential, List<String> tenants, List<String> users) {
        public App {
            tenants = lower(tenants);
            users = lower(users);
        }

        /**
         * As it stands in a process's configuration.
         *
         * @param clientSecret where its secret is; null for none
         * @param certificate where its certificate and private key are; null for none
         * @throws IllegalArgumentException unless there is one of the two
         */
        public static App of(
                String clientId, String clientSecret, String certificate, List<String> tenants, List<String> users) {
            if ((clientSecret == null) == (certificate == null)) {
                throw new IllegalArgumentException("waybill.microsoft.apps: a client-secret or a certificate for each");
            }
            Credential credential = clientSecret != null
                    ? new MicrosoftAccount.ClientSecret(new CredentialReference(clientSecret))
                    : new MicrosoftAccount.Certificate(new CredentialReference(certificate));
            return new App(clientId, credential, tenants, users);
        }

        private static List<String> lower(List<String> words) {
            return words.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
        }

        private boolean allows(MicrosoftAccount account) {
            return clientId.equalsIgnoreCase(account.clientId())
                    && tenants.contains(account.tenantId())
                    && (users.contains("*") || users.contains(account.userId().toLowerCase(Locale.ROOT)));
        }
    }

    /** The credential for the account, if an app may be used for it. */
    Optional<Credential> credential(MicrosoftAccount account) {
        return apps.stream()
                .filter(app -> app.allows(account))
                .map(App::credential)
                .findFirst();
    }
}
