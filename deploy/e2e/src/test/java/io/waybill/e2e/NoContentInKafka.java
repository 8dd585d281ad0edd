package io.waybill.e2e;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.PointerJob;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.UUID;

/** A word that stands in the mails stands in no topic, changelog, key or header: not as it is, and not in base64. */
final class NoContentInKafka implements Promise {
    private final String word;

    /** @param word random, in subject, body, names and Message-ID of the mails; a multiple of three characters */
    NoContentInKafka(String word) {
        this.word = word;
    }

    /** A word that stands nowhere by chance. */
    static String randomWord() {
        return "w" + UUID.randomUUID().toString().replace("-", "").substring(0, 29);
    }

    @Override
    public void check(Collection<PointerJob> accepted, Evidence seen) {
        String encoded = Base64.getEncoder().encodeToString(word.getBytes(StandardCharsets.UTF_8));
        int records = 0;
        for (String record : seen.everyRecord()) {
            records++;
            assertFalse(record.contains(word), "the word stands in a record");
            assertFalse(record.contains(encoded), "the word stands in a record in base64");
        }
        assertTrue(records >= accepted.size(), "the search must have seen the records");
    }
}
