package io.waybill.inbound.mime;

/**
 * How much of a mail is taken apart. Strangers choose what a mail looks like; these are the limits of what that costs us.
 *
 * @param headerBytes the longest header of a mail; beyond it the mail is refused, as nobody could say where its body starts
 * @param headerFields the most fields of a header; beyond it the mail is refused
 * @param depth how deep multiparts are opened; a deeper one is kept as an attachment, unopened
 * @param parts how many attachments are kept; further ones are named as omitted
 * @param partsSeen how many parts are looked at before parsing ends: a part can be as short as its boundary
 * @param textBytes the longest plain text, as sent; the rest is cut
 * @param htmlBytes the longest HTML, as sent; the rest is cut
 * @param memoryBytes how much of one mail's parts stays in memory; the rest goes to one temporary file
 * @param addresses the most addresses of a field
 */
public record MimeBounds(
        int headerBytes,
        int headerFields,
        int depth,
        int parts,
        int partsSeen,
        int textBytes,
        int htmlBytes,
        int memoryBytes,
        int addresses) {
    /** What the processor runs with. */
    public static final MimeBounds DEFAULT =
            new MimeBounds(1 << 20, 10_000, 20, 1_000, 20_000, 1 << 20, 4 << 20, 256 << 10, 1_000);

    /** How many bytes of a mail, however large, are in memory at most. */
    long mostInMemory() {
        return (long) headerBytes + textBytes + htmlBytes + memoryBytes;
    }
}
