package io.waybill.inbound.handle.tickets;

import java.util.List;

/** Where a mail goes. */
sealed interface Placement {
    /** To a ticket that it belongs to. */
    record Joins(long ticket) implements Placement {}

    /**
     * To no ticket that there is.
     *
     * @param related what it seems to belong to, and nothing shows that it does
     */
    record Opens(List<Long> related) implements Placement {
        public Opens {
            related = List.copyOf(related);
        }
    }
}
