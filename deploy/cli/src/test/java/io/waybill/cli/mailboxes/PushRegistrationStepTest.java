package io.waybill.cli.mailboxes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.cli.mailboxes.PushRegistrationStep.Change;
import io.waybill.contracts.PushRegistration;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PushRegistrationStepTest {
    private static final PushRegistration FIRST = registration("k1", "gmail", "first");

    @Test
    void firstTime_isNew_andAgain_isUnchanged() {
        assertEquals("new k1", plan(List.of(), FIRST));
        assertEquals("unchanged k1", plan(List.of(FIRST), FIRST));
    }

    @Test
    void otherSubscriptionUnderTheSameK_isChanged() {
        assertEquals("changed k1", plan(List.of(FIRST), registration("k1", "gmail", "second")));
    }

    @Test
    void replacedByAnotherOfItsTopic_isRemoved() {
        assertEquals("new k2, removed k1", plan(List.of(FIRST), registration("k2", "gmail", "second")));
    }

    @Test
    void ofAnotherTopic_orOfAFileWithoutAny_stays() {
        assertEquals("new k2", plan(List.of(FIRST), registration("k2", "orders", "orders")));
        assertEquals("", plan(List.of(FIRST)));
    }

    private static String plan(List<PushRegistration> current, PushRegistration... wanted) {
        TreeMap<String, PushRegistration> table = new TreeMap<>();
        current.forEach(registration -> table.put(registration.k(), registration));
        return PushRegistrationStep.plan(table, Stream.of(wanted).toList()).stream()
                .map(step -> word(step.change()) + " " + step.registration().k())
                .collect(Collectors.joining(", "));
    }

    private static String word(Change change) {
        return change.word();
    }

    private static PushRegistration registration(String k, String topic, String subscription) {
        return new PushRegistration(
                k,
                "projects/acme-mail/topics/" + topic,
                "projects/acme-mail/subscriptions/" + subscription,
                "https://in.example.com",
                "push@acme-mail.iam.gserviceaccount.com");
    }
}
