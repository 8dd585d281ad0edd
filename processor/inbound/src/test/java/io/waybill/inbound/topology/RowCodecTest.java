package io.waybill.inbound.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.JobOutcome.Attempt;
import io.waybill.contracts.JobOutcome.HandlerState;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an earlier version left in the stores is read by this one. */
class RowCodecTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant SEEN = NOON.plusSeconds(2);

    /** The row below as version 2 wrote it, which did not know since when a job is tried. */
    private static final String VERSION_2 = """
        AncAAAGcqUmd4AEAAAASU09VUkNFX1VOUkVBQ0hBQkxFAAAADGFjbWUvc3VwcG9ydAAAAPd7InNjaGVtYVZlcnNpb24iOjEsImpvYklkIjoia3Nt
        cGxobDJpbTVvM25mbDR0dnBrNGxzN25zbW56ZWNmdXV4eTV2d2R6d3BpZ3p4ZHpucSIsInRlbmFudElkIjoiYWNtZSIsIm1haWxib3hJZCI6InN1
        cHBvcnQiLCJpbmNhcm5hdGlvbiI6ImluYy0xIiwiZW5xdWV1ZWRBdCI6IjIwMjYtMDMtMDFUMTI6MDA6MDBaIiwicG9pbnRlciI6eyJ0eXBlIjoi
        aW1hcCIsImZvbGRlciI6IklOQk9YIiwidWlkVmFsaWRpdHkiOjEsInVpZCI6N319AA1tYWlsLnBvaW50ZXJzAAAAAwAAAAAAAAAqAAABnKlFDegA
        AQAFdHJhY2UBAAAAAgECAAAAAAABAAAAAwAAAAUAAAGcqUUR0AEAAAACAAABnKlFFbgAAAAAAAAAEQEAAAASU09VUkNFX1VOUkVBQ0hBQkxFAQAH
        dGlja2V0cwAHY3JlYXRlZAADVC0xAQEAAA==
        """;

    /** A row as version 3 wrote it, with two attempts at an unknown mailbox among its last. */
    private static final String VERSION_3 = """
        A3cAAAGcqUmd4AEAAAASU09VUkNFX1VOUkVBQ0hBQkxFAAAADGFjbWUvc3VwcG9ydAAAAPd7InNjaGVtYVZlcnNpb24iOjEsImpvYklkIjoia3Nt
        cGxobDJpbTVvM25mbDR0dnBrNGxzN25zbW56ZWNmdXV4eTV2d2R6d3BpZ3p4ZHpucSIsInRlbmFudElkIjoiYWNtZSIsIm1haWxib3hJZCI6InN1
        cHBvcnQiLCJpbmNhcm5hdGlvbiI6ImluYy0xIiwiZW5xdWV1ZWRBdCI6IjIwMjYtMDMtMDFUMTI6MDA6MDBaIiwicG9pbnRlciI6eyJ0eXBlIjoi
        aW1hcCIsImZvbGRlciI6IklOQk9YIiwidWlkVmFsaWRpdHkiOjEsInVpZCI6N319AA1tYWlsLnBvaW50ZXJzAAAAAwAAAAAAAAAqAAABnKlFDegA
        AAAAAAAAAQAAAAQAAAAGAAABnKlFEdAAAAGcqUyrIAMAAAABAAABnKlFFbgAAAAAAAAAAAEAAAAPVU5LTk9XTl9NQUlMQk9YAAAAAgAAAZypRR2I
        AAAAAAAAAAABAAAAD1VOS05PV05fTUFJTEJPWAAAAAMAAAGcqUUtKAAAAAAAAAARAQAAABJTT1VSQ0VfVU5SRUFDSEFCTEUBAAd0aWNrZXRzAAdj
        cmVhdGVkAANULTEBAQAA
        """;

    @Test
    void decode_version2() {
        Row row = RowCodec.decode(Base64.getMimeDecoder().decode(VERSION_2));
        assertEquals(row(SEEN).progress(), row.progress());
        assertEquals(row(SEEN).state(), row.state());
        assertEquals(row(SEEN).deaths(), row.deaths());
        assertEquals(row(SEEN).job(), row.job());
    }

    @Test
    void decode_version3() {
        Row row = RowCodec.decode(Base64.getMimeDecoder().decode(VERSION_3));
        assertEquals(
                new Row.Progress(
                        1,
                        4,
                        6,
                        2,
                        0,
                        List.of(
                                new Attempt(1, NOON.plusSeconds(3), 0, "UNKNOWN_MAILBOX"),
                                new Attempt(2, NOON.plusSeconds(5), 0, "UNKNOWN_MAILBOX"),
                                new Attempt(3, NOON.plusSeconds(9), 17, "SOURCE_UNREACHABLE")),
                        Map.of("tickets", new HandlerState("created", "T-1", true)),
                        SEEN,
                        NOON.plusSeconds(500)),
                row.progress());
        assertEquals(row(SEEN).state(), row.state());
        assertEquals(row(SEEN).deaths(), row.deaths());
        assertEquals(row(SEEN).job(), row.job());
    }

    @Test
    void decode_whatThisVersionWrote() {
        Row row = row(NOON.plusSeconds(500));
        row = row.with(row.progress()
                .alarmed()
                .ended(new Attempt(3, NOON.plusSeconds(4), 0, "UNKNOWN_MAILBOX"), Map.of(), true));
        assertEquals(1, row.progress().unknown());
        assertEquals(row.progress(), RowCodec.decode(RowCodec.encode(row)).progress());
    }

    @Test
    void decode_laterVersion_saysSo() {
        byte[] later = RowCodec.encode(row(SEEN));
        later[0]++;
        assertThrows(IllegalStateException.class, () -> RowCodec.decode(later));
    }

    private static Row row(Instant triedSince) {
        PointerJob job = PointerJob.of(new MailboxKey("acme", "support"), "inc-1", ImapPointer.of("INBOX", 1, 7), NOON);
        return new Row(
                job,
                PointerJobCodec.encode(job),
                new Origin("mail.pointers", 3, 42, NOON.plusSeconds(1), List.of(), 0),
                new Row.Progress(
                        1,
                        3,
                        5,
                        0,
                        0,
                        List.of(new Attempt(2, NOON.plusSeconds(3), 17, "SOURCE_UNREACHABLE")),
                        Map.of("tickets", new HandlerState("created", "T-1", true)),
                        SEEN,
                        triedSince),
                new Row.Deaths(1, 0),
                null,
                new Row.State.Waiting(NOON.plusSeconds(300), "SOURCE_UNREACHABLE"));
    }
}
