package io.waybill.sandbox.gmail;

import io.waybill.sandbox.oauth.GoogleGrant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whose quota it is: Google takes it from the app's credentials, which for a service account is its address. */
final class Project {
    private static final Pattern SERVICE_ACCOUNT =
            Pattern.compile("[^@]+@([a-z0-9.:-]+)\\.iam\\.gserviceaccount\\.com");

    /** What tells it from others: the project's id or, where the address names none, the address. */
    static String of(GoogleGrant grant) {
        return id(grant).orElse(grant.serviceAccount());
    }

    /** Empty for an address that is not as Google gives them, which nothing can be checked against. */
    static Optional<String> id(GoogleGrant grant) {
        Matcher matcher = SERVICE_ACCOUNT.matcher(grant.serviceAccount());
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private Project() {}
}
