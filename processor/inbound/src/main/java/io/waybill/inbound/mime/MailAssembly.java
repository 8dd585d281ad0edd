package io.waybill.inbound.mime;

import io.waybill.handler.Attachment;
import io.waybill.handler.MailReport;
import io.waybill.sources.RawMail;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.james.mime4j.stream.BodyDescriptor;
import org.apache.james.mime4j.stream.Field;

/** Puts a mail together from what the parser meets on its way: which part is the text, which the HTML, and what is kept beside them. */
final class MailAssembly {
    /** So many parts that are left out are named one by one; further ones are counted. */
    private static final int MAX_NAMED = 100;

    /** How far what follows a last boundary is searched for words: mailers leave a few blank lines there. */
    private static final int EPILOGUE_SEARCHED = 8 << 10;

    private final MimeBounds bounds;
    private final PartStore store;

    private final Deque<Multipart> open = new ArrayDeque<>();
    private HeaderFields header;
    private HeaderFields part;

    private Optional<String> text = Optional.empty();
    private Optional<String> html = Optional.empty();
    private final List<Attachment> attachments = new ArrayList<>();
    private final List<String> omissions = new ArrayList<>();
    private int partsSeen;
    private int leftOut;
    private boolean full;
    private boolean tooDeep;
    private boolean epilogue;

    MailAssembly(MimeBounds bounds, PartStore store) {
        this.bounds = bounds;
        this.store = store;
        this.header = new HeaderFields();
        this.part = header;
    }

    /** A multipart that is being read. */
    private static final class Multipart {
        /** What stands before its first boundary: noise, unless the boundary never comes. */
        private byte[] preamble = new byte[0];

        private boolean parts;
    }

    /** Whether enough was seen: there is no use in reading on. */
    boolean full() {
        return full;
    }

    boolean atLastLevel() {
        return open.size() >= bounds.depth();
    }

    void startPart() {
        if (!open.isEmpty()) {
            open.peek().parts = true;
            part = HeaderFields.firstOf(PartHead.FIELDS);
        }
    }

    void field(Field field) {
        part.add(field);
    }

    void startMultipart() {
        open.push(new Multipart());
    }

    void preamble(InputStream in) throws IOException {
        open.peek().preamble = in.readNBytes(bounds.textBytes() + 1);
    }

    /** It belongs to no part, and no mail program shows it; but some gateways write their notice there. */
    void epilogue(InputStream in) throws IOException {
        if (!epilogue && !MailCharsets.guess(in.readNBytes(EPILOGUE_SEARCHED)).isBlank()) {
            epilogue = true;
            omissions.add("What follows the last part is left out.");
        }
    }

    void endMultipart() throws IOException {
        Multipart ended = open.pop();
        if (!ended.parts && !MailCharsets.guess(ended.preamble).isBlank()) {
            // The boundary that was announced never came: better a text with odd lines than none.
            part = new HeaderFields();
            PartHead head = new PartHead("text/plain", Optional.empty(), "", Optional.empty(), Optional.empty());
            take(head, new ByteArrayInputStream(ended.preamble));
        }
    }

    void body(BodyDescriptor descriptor, InputStream decoded) throws IOException {
        if (++partsSeen > bounds.partsSeen()) {
            full = true;
            omissions.add("Reading ended after " + bounds.partsSeen() + " parts.");
            return;
        }
        try (decoded) {
            take(PartHead.of(part, descriptor), decoded);
        }
    }

    private void take(PartHead head, InputStream in) throws IOException {
        boolean wholeMail = open.isEmpty();
        if (text.isEmpty() && head.isText("text/plain", wholeMail)) {
            text = text(head, in, bounds.textBytes(), "text");
        } else if (html.isEmpty() && head.isText("text/html", wholeMail)) {
            html = text(head, in, bounds.htmlBytes(), "HTML");
        } else {
            keep(head, in);
        }
    }

    /** A blank part is no text: mailers put one before the picture that is their mail. */
    private Optional<String> text(PartHead head, InputStream in, int max, String what) throws IOException {
        byte[] bytes = in.readNBytes(max + 1);
        if (bytes.length > max) {
            omissions.add("The " + what + " is cut at " + max + " bytes.");
            bytes = Arrays.copyOf(bytes, wholeCharacters(bytes, max));
        }
        // U+0000 means nothing in a text, and databases refuse it.
        String decoded = MailCharsets.decode(bytes, head.charset()).replace("\0", "");
        return Optional.of(decoded).filter(content -> !content.isBlank());
    }

    /** The length without a character of UTF-8 that is cut in two, which would make all of it unreadable as UTF-8. */
    private static int wholeCharacters(byte[] bytes, int max) {
        int length = max;
        while (length > Math.max(0, max - 4) && (bytes[length] & 0xC0) == 0x80) {
            length--;
        }
        return length;
    }

    private void keep(PartHead head, InputStream in) throws IOException {
        String type = head.mediaType();
        String name = head.fileName().orElseGet(() -> FileNames.of(type, partsSeen));
        if (attachments.size() >= bounds.parts()) {
            if (++leftOut <= MAX_NAMED) {
                omissions.add("Left out, as the mail has more than " + bounds.parts() + " parts: " + name);
            }
            return;
        }
        if (type.startsWith("multipart/") && atLastLevel() && !tooDeep) {
            tooDeep = true;
            omissions.add("What is nested deeper than " + bounds.depth() + " levels is kept, but not opened.");
        }
        attachments.add(new StoredPart(
                FileNames.withExtension(name, type), type, head.inline(), head.contentId(), store.put(in)));
    }

    /** The parser could not read on. */
    void stopped() throws IOException {
        while (!open.isEmpty()) {
            endMultipart();
        }
        omissions.add("The mail is broken; what follows the last part was not read.");
    }

    /** Throws IOException where a part cannot be read back. */
    ParsedMail mail(RawMail raw, String bodyHash) throws IOException {
        if (leftOut > MAX_NAMED) {
            omissions.add("Left out besides: " + (leftOut - MAX_NAMED) + " parts.");
        }
        Optional<MailReport> report = Reports.of(header, attachments, text);
        return new ParsedMail(
                raw,
                header,
                ContentKey.of(header, bodyHash),
                text,
                html,
                attachments,
                report,
                omissions,
                bounds.addresses());
    }
}
