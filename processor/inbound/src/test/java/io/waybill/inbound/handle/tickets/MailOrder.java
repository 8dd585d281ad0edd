package io.waybill.inbound.handle.tickets;

import io.waybill.handler.testing.SampleMail;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Conversations made up for tests, and the orders in which their mails may arrive. In a conversation each mail has full References and
 * goes to everybody who writes in it, and to some who never write. Mails are values: the same ones are made again for each order.
 */
final class MailOrder {
    private static final List<String> WRITERS =
            List.of("support@example.com", "customer@example.com", "colleague@example.com", "agent@example.com");
    private static final List<String> READERS = List.of("boss@example.com", "archive@example.com");

    private MailOrder() {}

    /** A conversation of so many mails, the first of which is the root; the same for the same seed. */
    static List<SampleMail> conversation(long seed, int mails) {
        Random random = new Random(seed);
        List<String> writers = WRITERS.subList(0, 2 + random.nextInt(WRITERS.size() - 1));
        List<SampleMail> conversation = new ArrayList<>();
        List<List<String>> ancestors = new ArrayList<>();
        for (int i = 0; i < mails; i++) {
            String id = "mail-" + seed + "-" + i + "@example.com";
            List<String> references = new ArrayList<>();
            if (i > 0) {
                int parent = random.nextInt(i);
                references.add("mail-" + seed + "-" + parent + "@example.com");
                references.addAll(ancestors.get(parent));
            }
            ancestors.add(references);
            String from = writers.get(i == 0 ? 1 : random.nextInt(writers.size()));
            List<String> to = new ArrayList<>();
            List<String> cc = new ArrayList<>();
            for (String writer : writers) {
                if (!writer.equals(from)) {
                    (random.nextBoolean() ? to : cc).add(writer);
                }
            }
            READERS.stream().filter(_ -> random.nextInt(3) == 0).forEach(cc::add);
            conversation.add(SampleMail.of(id)
                    .from(from, "")
                    .to(to.toArray(String[]::new))
                    .cc(cc.toArray(String[]::new))
                    .text("mail " + i)
                    .citing(references.toArray(String[]::new)));
        }
        return conversation;
    }

    /** A stranger who knows every id of the conversation, and writes to everybody in it. */
    static SampleMail intruder(List<SampleMail> conversation) {
        return SampleMail.of("intruder@example.net")
                .from("outsider@example.net", "A Customer")
                .to(WRITERS.toArray(String[]::new))
                .cc("outsider@example.net")
                .citing(conversation.stream()
                        .map(mail -> mail.messageId().orElseThrow())
                        .toArray(String[]::new));
    }

    /** Every order of so many things. */
    static List<List<Integer>> orders(int size) {
        if (size == 0) {
            return List.of(List.of());
        }
        List<List<Integer>> orders = new ArrayList<>();
        for (List<Integer> shorter : orders(size - 1)) {
            for (int at = 0; at < size; at++) {
                List<Integer> order = new ArrayList<>(shorter);
                order.add(at, size - 1);
                orders.add(order);
            }
        }
        return orders;
    }
}
