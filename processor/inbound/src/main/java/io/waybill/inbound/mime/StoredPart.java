package io.waybill.inbound.mime;

import io.waybill.handler.Attachment;
import java.io.InputStream;
import java.util.Optional;

/** An attachment whose bytes are in the mail's {@link PartStore}. */
record StoredPart(
        String fileName, String mediaType, boolean inline, Optional<String> contentId, PartStore.Content content)
        implements Attachment {
    @Override
    public long size() {
        return content.size();
    }

    @Override
    public InputStream open() {
        return content.open();
    }
}
