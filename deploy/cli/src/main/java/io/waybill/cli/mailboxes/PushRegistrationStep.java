package io.waybill.cli.mailboxes;

import io.waybill.contracts.PushRegistration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What becomes of one push registration. One that a file does not name is taken away only where the file speaks for its topic: then it
 * was replaced there. Any other is another file's, or goes by {@code mailboxes remove}.
 *
 * @param registration as it will be, or as it was where it goes
 */
public record PushRegistrationStep(Change change, PushRegistration registration) {
    /** What becomes of it. */
    public enum Change {
        /** Nobody had applied it yet. */
        NEW,
        /** It is there as the file wants it. */
        UNCHANGED,
        /** It is there and speaks for something else from now on. */
        CHANGED,
        /** It is there, and the file has others for its topic. */
        REMOVED;

        /** The word in output. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What to do: those of the file in its order, then those that go. */
    static List<PushRegistrationStep> plan(Map<String, PushRegistration> current, List<PushRegistration> wanted) {
        List<PushRegistrationStep> steps = new ArrayList<>();
        for (PushRegistration registration : wanted) {
            PushRegistration before = current.get(registration.k());
            steps.add(new PushRegistrationStep(
                    before == null ? Change.NEW : before.equals(registration) ? Change.UNCHANGED : Change.CHANGED,
                    registration));
        }
        Set<String> kept = wanted.stream().map(PushRegistration::k).collect(Collectors.toSet());
        Set<String> topics = wanted.stream().map(PushRegistration::topic).collect(Collectors.toSet());
        current.values().stream()
                .filter(before -> !kept.contains(before.k()) && topics.contains(before.topic()))
                .forEach(before -> steps.add(new PushRegistrationStep(Change.REMOVED, before)));
        return List.copyOf(steps);
    }
}
