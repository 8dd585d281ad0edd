package io.waybill.benchmarks.ingress;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What one provider's ingress is called with, and what becomes of it. */
interface Callbacks extends AutoCloseable {
    /** The last part of the application's module and of its jar's name. */
    String module();

    /** The class that starts it. */
    String mainClass();

    /** What it is told beside the brokers and its port; secrets go into that directory. */
    Map<String, String> environment(Path secrets) throws IOException;

    /** What makes the ingress know the mailboxes. */
    List<ProducerRecord<byte[], byte[]>> entries();

    /** What the ingress makes of the message, or something as large. */
    ProducerRecord<byte[], byte[]> record(long message);

    /** The answer that says that everything is durable. */
    int accepted();

    /**
     * Requests for one thread.
     *
     * @param items messages in each
     */
    Request request(int port, int items);

    /** The bytes of a request, changed where one differs from the next: the load must not take the processors from what is measured. */
    interface Request {
        /**
         * The request as it is sent, until the next call.
         *
         * @param number of the request: it chooses the mailbox
         * @param first the number of the first message; the others follow it
         */
        byte[] of(long number, long first);
    }

    @Override
    void close();
}
