package io.waybill.cli.mailboxes;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A YAML text as a tree that remembers where each thing stands. Anchors, aliases and repeated fields are mistakes: they make a short
 * file mean something else than it says.
 */
final class YamlDocument {
    /** Three levels deeper than any right file. */
    private static final int MAX_DEPTH = 8;

    private static final YAMLFactory FACTORY = new YAMLFactory();

    private final String file;
    private final Map<String, Position> positions = new HashMap<>();
    private final List<Mistake> mistakes = new ArrayList<>();
    private JsonNode root = MissingNode.getInstance();

    private record Position(int line, int column) {}

    private YamlDocument(String file) {
        this.file = file;
    }

    /** Reads the first and only document of a text; {@link #mistakes} says what could not be read. */
    static YamlDocument parse(String file, String text) {
        YamlDocument document = new YamlDocument(file);
        try (YAMLParser parser = FACTORY.createParser(text)) {
            document.read(parser);
        } catch (JsonProcessingException broken) {
            // The parser's message quotes the text, which may hold a secret.
            document.mistakes.add(document.at(
                    broken.getLocation(),
                    "",
                    "not valid YAML",
                    "a look at the indentation, at quotes that are not closed, and at texts with ': ' or a leading @,"
                            + " %, *, & or !, which need quotes"));
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return document;
    }

    JsonNode root() {
        return root;
    }

    List<Mistake> mistakes() {
        return mistakes;
    }

    /** A mistake at the thing that the JSON pointer names, or at the nearest thing around it. */
    Mistake at(String pointer, String problem, String wanted) {
        String known = pointer;
        while (!positions.containsKey(known) && !known.isEmpty()) {
            known = known.substring(0, known.lastIndexOf('/'));
        }
        Position position = positions.getOrDefault(known, new Position(1, 1));
        return new Mistake(file, position.line(), position.column(), field(pointer), problem, wanted);
    }

    private Mistake at(JsonLocation location, String pointer, String problem, String wanted) {
        Position position = position(location);
        return new Mistake(file, position.line(), position.column(), field(pointer), problem, wanted);
    }

    private void read(YAMLParser parser) throws IOException {
        if (parser.nextToken() == null) {
            mistakes.add(new Mistake(file, 1, 1, "", "the file is empty", "mailboxes: and below it a list"));
            return;
        }
        root = value(parser, "", 1);
        if (parser.nextToken() != null) {
            mistakes.add(at(parser.currentTokenLocation(), "", "a second document begins here", "one document"));
        }
    }

    private JsonNode value(YAMLParser parser, String pointer, int depth) throws IOException {
        positions.putIfAbsent(pointer, position(parser.currentTokenLocation()));
        if (parser.isCurrentAlias() || parser.getObjectId() != null) {
            mistakes.add(at(
                    parser.currentTokenLocation(),
                    pointer,
                    "is an anchor or an alias",
                    "the value itself, in quotes where it begins with & or *"));
        }
        if (depth > MAX_DEPTH) {
            mistakes.add(at(parser.currentTokenLocation(), pointer, "nests too deep", ""));
            parser.skipChildren();
            return JsonNodeFactory.instance.nullNode();
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, pointer, depth);
            case START_ARRAY -> array(parser, pointer, depth);
            case VALUE_NUMBER_INT -> JsonNodeFactory.instance.numberNode(parser.getBigIntegerValue());
            case VALUE_NUMBER_FLOAT -> JsonNodeFactory.instance.numberNode(parser.getDoubleValue());
            case VALUE_TRUE, VALUE_FALSE -> JsonNodeFactory.instance.booleanNode(parser.getBooleanValue());
            case VALUE_NULL -> JsonNodeFactory.instance.nullNode();
            case VALUE_STRING, VALUE_EMBEDDED_OBJECT -> JsonNodeFactory.instance.textNode(parser.getText());
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME ->
                throw new IllegalStateException("no value begins with " + parser.currentToken());
        };
    }

    private ObjectNode object(YAMLParser parser, String pointer, int depth) throws IOException {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            String child = pointer + "/" + name.replace("~", "~0").replace("/", "~1");
            if (object.has(name)) {
                mistakes.add(at(parser.currentTokenLocation(), child, "stands here a second time", "it once"));
            }
            positions.putIfAbsent(child, position(parser.currentTokenLocation()));
            parser.nextToken();
            object.set(name, value(parser, child, depth + 1));
        }
        return object;
    }

    private ArrayNode array(YAMLParser parser, String pointer, int depth) throws IOException {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser, pointer + "/" + array.size(), depth + 1));
        }
        return array;
    }

    private static Position position(JsonLocation location) {
        return location == null
                ? new Position(1, 1)
                : new Position(Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
    }

    /** {@code /mailboxes/0/imap/port} as people write it; names that are none of ours are not repeated. */
    private static String field(String pointer) {
        StringBuilder field = new StringBuilder();
        for (String step : pointer.split("/", -1)) {
            if (step.matches("[0-9]+")) {
                field.append('[').append(step).append(']');
            } else if (!step.isEmpty()) {
                field.append(field.isEmpty() ? "" : ".").append(step.matches("[A-Za-z0-9_.-]{1,40}") ? step : "…");
            }
        }
        return field.toString();
    }
}
