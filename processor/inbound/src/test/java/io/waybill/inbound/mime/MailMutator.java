package io.waybill.inbound.mime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Damages mails as transports, gateways and attackers do. */
final class MailMutator {
    private MailMutator() {}

    static byte[] mutate(byte[] mail, Random random) {
        byte[] mutated = mail;
        int mutations = 1 + random.nextInt(8);
        for (int i = 0; i < mutations && mutated.length > 0; i++) {
            mutated = once(mutated, random);
        }
        return mutated;
    }

    private static byte[] once(byte[] mail, Random random) {
        int from = random.nextInt(mail.length);
        int to = Math.min(mail.length, from + 1 + random.nextInt(80));
        byte[] piece = Arrays.copyOfRange(mail, from, to);
        return switch (random.nextInt(13)) {
            case 0 -> splice(mail, from, to, new byte[0]);
            case 1 -> splice(mail, from, from, piece);
            case 2 -> splice(mail, from, from + 1, new byte[] {(byte) random.nextInt(256)});
            case 3 -> splice(mail, from, from + 1, new byte[] {(byte) (mail[from] ^ 1 << random.nextInt(8))});
            case 4 -> splice(mail, from, from, new byte[1 + random.nextInt(3)]);
            case 5 -> Arrays.copyOf(mail, from);
            case 6 -> splice(mail, from, from, latin("\r\n".repeat(1 + random.nextInt(2))));
            case 7 -> splice(mail, from, from, latin("\r"));
            case 8 -> splice(mail, from, from, latin(latin(piece).repeat(random.nextInt(500))));
            case 9 -> everyLineEnd(mail, random.nextBoolean() ? "\n" : "\r");
            case 10 -> atLine(mail, "--", from, random);
            case 11 -> atLine(mail, "Content-", from, random);
            default -> splice(mail, random.nextInt(mail.length), from, piece, random);
        };
    }

    /** Hits what mails are held together by: a boundary or a field, the next one of its kind. */
    private static byte[] atLine(byte[] mail, String start, int from, Random random) {
        int line = latin(mail).indexOf("\n" + start, from);
        if (line < 0) {
            return mail;
        }
        int at = line + 1 + random.nextInt(Math.min(40, mail.length - line - 1));
        return random.nextBoolean()
                ? splice(mail, at, at + 1, new byte[0])
                : splice(mail, at, at, new byte[] {(byte) (' ' + random.nextInt(95))});
    }

    /** A piece moves to another place. */
    private static byte[] splice(byte[] mail, int target, int from, byte[] piece, Random random) {
        byte[] without = random.nextBoolean() ? splice(mail, from, from + piece.length, new byte[0]) : mail;
        int at = Math.min(target, without.length);
        return splice(without, at, at, piece);
    }

    private static byte[] everyLineEnd(byte[] mail, String end) {
        return latin(latin(mail).replace("\r\n", end));
    }

    private static byte[] splice(byte[] mail, int from, int to, byte[] with) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(mail, 0, from);
        out.writeBytes(with);
        out.write(mail, to, mail.length - to);
        return out.toByteArray();
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
