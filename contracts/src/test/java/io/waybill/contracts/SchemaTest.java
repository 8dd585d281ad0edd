package io.waybill.contracts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.waybill.contracts.PointerJobCodec.Decoded;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Records, schemas and golden files say the same. */
final class SchemaTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<Golden> golden() {
        return Stream.of("pointer-job", "job-outcome", "mailbox").flatMap(name -> Golden.all(name).stream());
    }

    @ParameterizedTest
    @MethodSource("golden")
    void golden_isValid(Golden golden) {
        String schema = golden.name().substring(0, golden.name().indexOf('.'));
        assertEquals(List.of(), schema(schema).validate(golden.text(), InputFormat.JSON));
    }

    @Test
    void golden_outcomesAndMailboxes_areReadAndWrittenByteForByte() throws IOException {
        for (Golden golden : Golden.all("job-outcome")) {
            assertArrayEquals(golden.bytes(), JobOutcome.parse(golden.bytes()).toJson(), golden.name());
        }
        for (Golden golden : Golden.all("mailbox")) {
            Mailbox mailbox = KafkaMailboxDirectory.decodeMailbox(golden.bytes());
            assertArrayEquals(golden.bytes(), KafkaMailboxDirectory.encode(mailbox), golden.name());
        }
    }

    @Test
    void pointerJob_hasTheFieldsOfTheRecords() {
        JsonNode schema = tree("pointer-job");
        assertEquals(Shapes.fields(PointerJob.class), properties(schema));
        for (Class<?> type : Shapes.cases(Pointer.class)) {
            String name = typeName(type);
            Set<String> fields = Shapes.fields(type);
            fields.add("type");
            assertEquals(fields, properties(schema.at("/$defs/" + name)), name);
            assertEquals(
                    name, schema.at("/$defs/" + name + "/properties/type/const").asText());
        }
        assertEquals(
                Shapes.cases(Pointer.class).size(),
                schema.at("/properties/pointer/oneOf").size());
        assertEquals(words(ChangesPointer.Reason.values()), texts(schema.at("/$defs/changes/properties/reason/enum")));
    }

    @Test
    void jobOutcome_hasTheFieldsOfTheRecords() {
        JsonNode schema = tree("job-outcome");
        assertEquals(Shapes.fields(JobOutcome.class), properties(schema));
        assertEquals(Shapes.fields(JobOutcome.Attempt.class), properties(schema.at("/$defs/attempt")));
        assertEquals(Shapes.fields(JobOutcome.HandlerState.class), properties(schema.at("/$defs/handlerState")));
        assertEquals(words(Provider.values()), texts(schema.at("/properties/provider/enum")));
        assertEquals(words(JobOutcome.Result.values()), texts(schema.at("/properties/result/enum")));
        assertEquals(words(Stage.values()), texts(schema.at("/properties/stage/enum")));
        assertEquals(
                JobOutcome.MAX_ATTEMPTS,
                schema.at("/properties/attempts/maxItems").asInt());
        assertEquals(
                Failure.MAX_DETAIL, schema.at("/properties/detail/maxLength").asInt());
    }

    @Test
    void mailbox_hasTheFieldsOfTheRecords() {
        JsonNode schema = tree("mailbox");
        assertEquals(Shapes.fields(Mailbox.class), properties(schema));
        assertEquals(Shapes.fields(MailboxLimits.class), properties(schema.at("/$defs/limits")));
        Set<String> account = Shapes.fields(ImapAccount.class);
        account.add("provider");
        // In JSON the sign-in is one of two fields, as the records before OAuth had it.
        account.remove("signIn");
        account.addAll(List.of("password", "oauth"));
        assertEquals(account, properties(schema.at("/$defs/imap")));
        assertEquals(words(ImapAccount.Tls.values()), texts(schema.at("/$defs/imap/properties/tls/enum")));
        Set<String> microsoft = Shapes.fields(MicrosoftAccount.class);
        microsoft.remove("signIn");
        microsoft.addAll(List.of("provider", "clientSecret", "certificate"));
        assertEquals(microsoft, properties(schema.at("/$defs/microsoft")));
        Set<String> google = Shapes.fields(GoogleAccount.class);
        google.add("provider");
        assertEquals(google, properties(schema.at("/$defs/google")));
        assertEquals(
                words(MicrosoftAccount.Cloud.values()), texts(schema.at("/$defs/microsoft/properties/cloud/enum")));
        for (Class<?> type : Shapes.cases(ImapSignIn.OAuth.class)) {
            String name = Character.toLowerCase(type.getSimpleName().charAt(0))
                    + type.getSimpleName().substring(1);
            Set<String> fields = Shapes.fields(type);
            fields.add("provider");
            assertEquals(fields, properties(schema.at("/$defs/" + name)), name);
        }
        assertEquals(
                Shapes.cases(ImapSignIn.OAuth.class).size(),
                schema.at("/$defs/imap/properties/oauth/oneOf").size());
        assertEquals(
                Shapes.cases(MailboxSource.class).size(),
                schema.at("/properties/source/oneOf").size());
    }

    static Stream<String> bad() {
        String imap = Golden.of("pointer-job.imap-recovered").text();
        String google = Golden.of("pointer-job.google").text();
        String microsoft = Golden.of("pointer-job.microsoft").text();
        String changes = Golden.of("pointer-job.changes").text();
        return Stream.of(
                imap.replace("\"schemaVersion\":1", "\"schemaVersion\":2"),
                imap.replace("\"tenantId\":\"acme\",", ""),
                imap.replace("\"acme\"", "\"Acme\""),
                imap.replace("\"acme\"", "\"-acme\""),
                imap.replace("\"support\"", "\"" + "s".repeat(64) + "\""),
                imap.replace("\"inc-1\"", "\"\""),
                imap.replace("\"inc-1\"", "\"a b\""),
                imap.replace("\"inc-1\"", "null"),
                imap.replace("2026-01-02T03:04:05.678Z", "2026-01-02"),
                imap.replace("\"6c6", "\"1c6"),
                imap.replace("\"uid\":1,", "\"uid\":0,"),
                imap.replace("\"uid\":1,", "\"uid\":4294967296,"),
                imap.replace("\"uid\":1,", "\"uid\":\"1\","),
                imap.replace("\"uid\":1,", "\"uid\":1.5,"),
                imap.replace("\"uid\":1,", ""),
                imap.replace("\"Vorgänge/Ärger\"", "\"\""),
                imap.replace("\"Vorgänge/Ärger\"", "\"a\\nb\""),
                imap.replace("\"Vorgänge/Ärger\"", "\"" + "x".repeat(256) + "\""),
                imap.replace("\"recovered\":true", "\"recovered\":\"true\""),
                imap.replace("\"messageIdHash\":\"", "\"messageIdHash\":\"" + "h".repeat(64)),
                imap.replace("\"type\":\"imap\"", "\"type\":\"jmap\""),
                imap.replace("\"recovered\"", "\"subject\""),
                google.replace("18c3", "18C3"),
                google.replace("18c3f0a1b2c3d4e5", "1".repeat(33)),
                google.replace("\"messageId\"", "\"folder\":\"INBOX\",\"messageId\""),
                microsoft.replace("AAMkADk0=", "AAMk ADk0"),
                microsoft.replace("\"created\"", "\"" + "c".repeat(17) + "\""),
                changes.replace("\"push\"", "\"whim\""),
                changes.replace("\"push\"", "0"),
                changes.replace("987654321", "9".repeat(65)));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void bad_isRefusedBySchemaAndCodecAlike(String text) {
        assertFalse(schema("pointer-job").validate(text, InputFormat.JSON).isEmpty(), text);
        assertInstanceOf(
                Decoded.Rejected.class,
                PointerJobCodec.decode(Samples.KEY.bytes(), text.getBytes(StandardCharsets.UTF_8)),
                text);
    }

    static Stream<String> badSignIns() {
        String password = Golden.of("mailbox.imap").text();
        String microsoft = Golden.of("mailbox.imap-microsoft").text();
        String google = Golden.of("mailbox.imap-google").text();
        String graph = Golden.of("mailbox.microsoft").text();
        String gmail = Golden.of("mailbox.google").text();
        return Stream.of(
                gmail.replace("\"subject\":\"support@acme.example\"", "\"subject\":\"support\""),
                gmail.replace("\"subject\":\"support@acme.example\"", "\"subject\":\"a/../b c@acme.example\""),
                gmail.replace("projects/acme-mail/topics/gmail", "gmail"),
                gmail.replace("projects/acme-mail/topics/gmail", "projects/../topics/gmail"),
                gmail.replace("file:acme-gmail.json", "hunter2"),
                graph.replace("9f0d7c1e-2b3a-4c5d-8e6f-0a1b2c3d4e5f", "acme.onmicrosoft.com"),
                graph.replace("1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d", "app"),
                graph.replace("\"clientSecret\"", "\"certificate\":\"file:a.pem\",\"clientSecret\""),
                graph.replace("\"userId\":\"support@acme.example\"", "\"userId\":\"support/../other\""),
                graph.replace("\"inbox\"", "\"inbox/messages\""),
                graph.replace("\"global\"", "\"https://graph.example\""),
                password.replace("\"password\":\"env:WAYBILL_SECRET_ACME_SUPPORT\",", ""),
                google.replace("\"oauth\":", "\"password\":\"file:a\",\"oauth\":"),
                google.replace("\"google\"", "\"yahoo\""),
                google.replace("\"serviceAccount\"", "\"clientSecret\""),
                google.replace("file:acme-service-account.json", "file:../acme.json"),
                microsoft.replace("9f0d7c1e-2b3a-4c5d-8e6f-0a1b2c3d4e5f", "../common"),
                microsoft.replace("9f0d7c1e-2b3a-4c5d-8e6f-0a1b2c3d4e5f", "a/b"),
                microsoft.replace("1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d", "a b"),
                microsoft.replace("env:WAYBILL_SECRET_ACME_APP", "hunter2"),
                microsoft.replace("\"clientId\"", "\"endpoint\""));
    }

    @ParameterizedTest
    @MethodSource("badSignIns")
    void badSignIn_isRefusedBySchemaAndRecordAlike(String text) {
        assertFalse(schema("mailbox").validate(text, InputFormat.JSON).isEmpty(), text);
        assertThrows(
                IOException.class,
                () -> KafkaMailboxDirectory.decodeMailbox(text.getBytes(StandardCharsets.UTF_8)),
                text);
    }

    private static String typeName(Class<?> pointer) {
        return Arrays.stream(Pointer.class
                        .getAnnotation(com.fasterxml.jackson.annotation.JsonSubTypes.class)
                        .value())
                .filter(type -> type.value() == pointer)
                .map(type -> type.name())
                .findFirst()
                .orElseThrow();
    }

    private static Set<String> properties(JsonNode schema) {
        assertFalse(schema.get("additionalProperties").asBoolean(true));
        Set<String> names = new TreeSet<>();
        schema.get("properties").fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static Set<String> words(Enum<?>[] values) {
        Set<String> words = new TreeSet<>();
        for (Enum<?> value : values) {
            words.add(JSON.valueToTree(value).asText());
        }
        return words;
    }

    private static Set<String> texts(JsonNode list) {
        Set<String> texts = new TreeSet<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static Schema schema(String name) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(tree(name).toString(), InputFormat.JSON);
    }

    private static JsonNode tree(String name) {
        try (InputStream in = SchemaTest.class.getResourceAsStream(name + ".schema.json")) {
            return JSON.readTree(in);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
