package io.waybill.inbound.mime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A well-formed mail, and what its generator put in.
 *
 * @param epilogue whether words follow a last part
 */
record GeneratedMail(byte[] bytes, List<Part> parts, boolean epilogue) {
    /**
     * One body of the mail.
     *
     * @param name what its file name must come out as; empty where it has none
     * @param readable whether it may be the text or the HTML of the mail rather than a file beside it
     * @param content its bytes before they were encoded for their transfer
     * @param text its characters; empty where it is no text
     */
    record Part(String mediaType, Optional<String> name, boolean readable, byte[] content, String text) {
        boolean isReadable(String type) {
            return readable && mediaType.equals(type);
        }
    }

    /** What a reader must find: the first of the texts, the first of the HTML, and all others as files, in their order. */
    record Expected(Optional<String> text, Optional<String> html, List<Part> files) {}

    Expected expected() {
        Optional<String> text = Optional.empty();
        Optional<String> html = Optional.empty();
        List<Part> files = new ArrayList<>();
        for (Part part : parts) {
            if (text.isEmpty() && part.isReadable("text/plain")) {
                text = Optional.of(part.text()).filter(words -> !words.isBlank());
            } else if (html.isEmpty() && part.isReadable("text/html")) {
                html = Optional.of(part.text()).filter(words -> !words.isBlank());
            } else {
                files.add(part);
            }
        }
        return new Expected(text, html, files);
    }
}
