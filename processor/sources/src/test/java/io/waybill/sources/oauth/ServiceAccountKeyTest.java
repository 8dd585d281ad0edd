package io.waybill.sources.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.Secret;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Whose quota a service account spends, as its key file says. */
class ServiceAccountKeyTest {
    private static final String EMAIL = "waybill@acme-mail.iam.gserviceaccount.com";

    @Test
    void project_isTheOneOfTheFile() throws Exception {
        assertEquals("acme-mail", parse("\"project_id\":\"acme-mail\",").project());
    }

    @Test
    void project_thatTheFileDoesNotName_isTheAccountItself() throws Exception {
        assertEquals(EMAIL, parse("").project());
    }

    @Test
    void parse_fileWithoutAKey_isNone() {
        assertTrue(
                ServiceAccountKey.parse(Secret.of("{\"project_id\":\"acme-mail\",\"client_email\":\"" + EMAIL + "\"}"))
                        .isEmpty());
    }

    private static ServiceAccountKey parse(String more) throws Exception {
        byte[] key = KeyPairGenerator.getInstance("RSA")
                .generateKeyPair()
                .getPrivate()
                .getEncoded();
        return ServiceAccountKey.parse(Secret.of("{" + more + "\"private_key\":\"-----BEGIN PRIVATE KEY-----"
                        + Base64.getEncoder().encodeToString(key)
                        + "-----END PRIVATE KEY-----\",\"client_email\":\"" + EMAIL + "\"}"))
                .orElseThrow();
    }
}
