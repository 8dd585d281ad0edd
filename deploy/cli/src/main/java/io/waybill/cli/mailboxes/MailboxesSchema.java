package io.waybill.cli.mailboxes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The schema of mailboxes.yml, the same file that editors use: which fields there are, their bounds, and in each description what is
 * wanted there. Whatever it can say is said there only.
 */
final class MailboxesSchema {
    private static final String RESOURCE = "/io/waybill/cli/mailboxes.schema.json";

    private final JsonNode tree;
    private final Schema schema;

    MailboxesSchema() {
        try (InputStream in = MailboxesSchema.class.getResourceAsStream(RESOURCE)) {
            tree = new ObjectMapper().readTree(in);
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
        SchemaRegistryConfig config = SchemaRegistryConfig.builder()
                .pathType(PathType.JSON_POINTER)
                .locale(Locale.ROOT)
                .build();
        schema = SchemaRegistry.withDefaultDialect(
                        SpecificationVersion.DRAFT_2020_12, registry -> registry.schemaRegistryConfig(config))
                .getSchema(tree.toString(), InputFormat.JSON);
    }

    /** The schema as written. */
    JsonNode tree() {
        return tree;
    }

    /** Everything in the document that the schema does not want. */
    List<Mistake> check(YamlDocument document) {
        List<Mistake> mistakes = new ArrayList<>();
        for (Error error : schema.validate(document.root().toString(), InputFormat.JSON)) {
            mistakes.add(mistake(document, error));
        }
        return mistakes;
    }

    private Mistake mistake(YamlDocument document, Error error) {
        String keyword = "/" + error.getKeyword();
        String rule = error.getSchemaLocation().getFragment().toString();
        JsonNode violated =
                tree.at(rule.endsWith(keyword) ? rule.substring(0, rule.length() - keyword.length()) : rule);
        String at = error.getInstanceLocation().toString();
        String wanted = violated.path("description").asText();
        String subject = at.isEmpty() ? "the file " : "";
        String secret = rule.contains("/$defs/reference/") ? "; a secret must not be written out in this file" : "";
        return switch (error.getKeyword()) {
            case "additionalProperties" -> unknown(document, at, error.getProperty(), violated);
            case "required" ->
                document.at(at + "/" + error.getProperty(), "is missing", wantedOf(violated, error.getProperty()));
            case "type" ->
                document.at(at, subject + "is " + kind(document.root().at(at)) + quotes(violated) + secret, wanted);
            default -> document.at(at, subject + "is not what can stand here" + secret, wanted);
        };
    }

    private static Mistake unknown(YamlDocument document, String at, String name, JsonNode object) {
        List<String> known = new ArrayList<>();
        object.path("properties").fieldNames().forEachRemaining(known::add);
        Optional<String> meant = name.length() > 64 ? Optional.empty() : Nearest.of(name, known);
        return document.at(
                at + "/" + name.replace("~", "~0").replace("/", "~1"),
                "is not a field"
                        + meant.map(word -> "; did you mean " + word + "?").orElse(""),
                meant.isPresent() ? "" : "one of " + String.join(", ", known));
    }

    private String wantedOf(JsonNode object, String property) {
        JsonNode field = object.path("properties").path(property);
        JsonNode named = field.has("$ref") ? tree.at(field.get("$ref").asText().substring(1)) : field;
        return named.path("description").asText();
    }

    /** YAML takes bare digits and words for numbers and booleans. */
    private static String quotes(JsonNode violated) {
        return violated.path("type").asText().equals("string") ? ", and a text only in quotes" : "";
    }

    private static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT, POJO -> "an object";
            case BOOLEAN -> "true or false";
            case NUMBER -> value.isIntegralNumber() ? "a number" : "a number with a fraction";
            case STRING, BINARY -> "a text";
            case NULL, MISSING -> "empty";
        };
    }
}
