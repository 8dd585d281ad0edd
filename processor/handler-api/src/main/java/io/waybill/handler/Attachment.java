package io.waybill.handler;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A part of a mail beside its texts. */
public interface Attachment {
    /** The file name, for display only: no path, control or bidi characters, at most 255 bytes; never empty. */
    String fileName();

    /** The media type in lower case, such as {@code application/pdf}, without parameters. */
    String mediaType();

    /** Whether the part stands inside the text rather than beside it. */
    boolean inline();

    /** The Content-ID without angle brackets, by which HTML refers to the part. */
    Optional<String> contentId();

    /** The decoded size in bytes. */
    long size();

    /** The decoded bytes. */
    InputStream open() throws IOException;
}
