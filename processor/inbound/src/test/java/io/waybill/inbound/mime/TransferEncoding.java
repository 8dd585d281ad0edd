package io.waybill.inbound.mime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;

/** How generated contents travel, in an encoding that the content allows. */
enum TransferEncoding {
    BASE64("base64"),
    QUOTED_PRINTABLE("quoted-printable"),
    SEVEN_BIT("7bit"),
    EIGHT_BIT("8bit"),
    BINARY("binary"),
    /** No field at all, which means 7bit. */
    UNSAID("");

    private static final int LINE = 998;
    private static final int QUOTED_LINE = 70;

    private final String word;

    TransferEncoding(String word) {
        this.word = word;
    }

    static TransferEncoding random(byte[] content, Random random) {
        while (true) {
            TransferEncoding encoding = values()[random.nextInt(values().length)];
            if (encoding.allows(content)) {
                return encoding;
            }
        }
    }

    String field() {
        return word.isEmpty() ? "" : "Content-Transfer-Encoding: " + word + "\r\n";
    }

    byte[] encode(byte[] content) {
        return switch (this) {
            case BASE64 -> Base64.getMimeEncoder().encode(content);
            case QUOTED_PRINTABLE -> quoted(content);
            case SEVEN_BIT, EIGHT_BIT, BINARY, UNSAID -> content;
        };
    }

    private boolean allows(byte[] content) {
        return switch (this) {
            case BASE64, QUOTED_PRINTABLE, BINARY -> true;
            case EIGHT_BIT -> isLines(content);
            case SEVEN_BIT, UNSAID -> isLines(content) && TextSamples.isAscii(content);
        };
    }

    private static boolean isLines(byte[] content) {
        int length = 0;
        for (int i = 0; i < content.length; i++) {
            boolean end = content[i] == '\r' && i + 1 < content.length && content[i + 1] == '\n';
            if (end) {
                i++;
                length = 0;
            } else if (content[i] == 0 || content[i] == '\r' || content[i] == '\n' || ++length > LINE) {
                return false;
            }
        }
        return true;
    }

    /** Line ends as they are where they are CRLF, since that is what texts look like. */
    private static byte[] quoted(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int length = 0;
        for (int i = 0; i < content.length; i++) {
            if (content[i] == '\r' && i + 1 < content.length && content[i + 1] == '\n') {
                out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
                i++;
                length = 0;
                continue;
            }
            if (length > QUOTED_LINE) {
                out.writeBytes("=\r\n".getBytes(StandardCharsets.US_ASCII));
                length = 0;
            }
            if (content[i] > ' ' && content[i] < 0x7F && content[i] != '=') {
                out.write(content[i]);
                length++;
            } else {
                out.writeBytes("=%02X".formatted(content[i] & 0xFF).getBytes(StandardCharsets.US_ASCII));
                length += 3;
            }
        }
        return out.toByteArray();
    }
}
