package io.waybill.inbound.mime;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Message-IDs in the fields that carry them. They are compared as they are: case counts. */
final class MessageIds {
    private static final Pattern ID = Pattern.compile("<([^<>\\s\\x00]{1,998})>");
    private static final int MAX_CITES = 100;

    private MessageIds() {}

    /** The mail's own: the first in brackets, or what stands there without any. */
    static Optional<String> own(HeaderFields header) {
        return header.first("Message-ID")
                .flatMap(value ->
                        first(value).or(() -> Optional.of(value).filter(bare -> bare.matches("[^<>\\s\\x00]{1,998}"))));
    }

    /** What it answers: {@code In-Reply-To}, then {@code References} from last to first; at most 100, without repeats. */
    static List<String> cited(HeaderFields header) {
        Set<String> cited = new LinkedHashSet<>();
        header.all("In-Reply-To").forEach(value -> cited.addAll(all(value)));
        List<String> references = new ArrayList<>();
        header.all("References").forEach(value -> references.addAll(all(value)));
        Collections.reverse(references);
        cited.addAll(references);
        return cited.stream().limit(MAX_CITES).toList();
    }

    /** The first in brackets. */
    static Optional<String> first(String value) {
        Matcher matcher = ID.matcher(value);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static List<String> all(String value) {
        List<String> ids = new ArrayList<>();
        Matcher matcher = ID.matcher(value);
        while (matcher.find()) {
            ids.add(matcher.group(1));
        }
        return ids;
    }
}
