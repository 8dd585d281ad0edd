package io.waybill.ingress.google;

/**
 * Why a token does not prove a push, for operators alone: the caller has one answer for all of them. From {@link #UNKNOWN_REGISTRATION}
 * on it is one of Google's, made for somebody. The words are part of the metrics.
 */
enum TokenFault {
    /** There is no bearer token, or more than one. */
    NO_TOKEN,
    /** It is no signed JSON web token. */
    MALFORMED_TOKEN,
    /** It is not signed with RS256. */
    ALGORITHM,
    /** It names no key, or none of Google's. */
    UNKNOWN_KEY,
    /** The key that it names did not sign it. */
    SIGNATURE,
    /** No push registration has this k. */
    UNKNOWN_REGISTRATION,
    /** Another issuer than Google's accounts. */
    ISSUER,
    /** It is made for another audience than the registration's. */
    AUDIENCE,
    /** It is of another account than the registration's, or of one whose address Google has not verified. */
    ACCOUNT,
    /** It has expired, is not valid yet, or does not say. */
    LIFETIME
}
