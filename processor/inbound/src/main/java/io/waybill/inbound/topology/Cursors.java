package io.waybill.inbound.topology;

import io.waybill.contracts.PointerJob;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Where the last listing of each mailbox and folder ended, in the source's own words. A new incarnation begins anew: its cursor would
 * be another server's.
 */
final class Cursors {
    private final KeyValueStore<Bytes, byte[]> store;

    Cursors(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    Optional<String> find(PointerJob listing) {
        return Optional.ofNullable(store.get(key(listing))).flatMap(value -> {
            String text = new String(value, StandardCharsets.UTF_8);
            int end = text.indexOf('\n');
            return text.substring(0, end).equals(listing.incarnation())
                    ? Optional.of(text.substring(end + 1))
                    : Optional.empty();
        });
    }

    void put(PointerJob listing, String cursor) {
        store.put(key(listing), (listing.incarnation() + "\n" + cursor).getBytes(StandardCharsets.UTF_8));
    }

    private static Bytes key(PointerJob listing) {
        return RowKey.of(listing).bytes();
    }
}
