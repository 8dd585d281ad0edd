package io.waybill.inbound.intercept;

import io.waybill.inbound.CommitCountingClients;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The clients of production, with somebody before the producer. */
public abstract class InterceptedClients extends CommitCountingClients {
    @Override
    @SuppressWarnings("unchecked") // a proxy of an interface has no type parameters
    public final Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        Producer<byte[], byte[]> producer = super.getProducer(config);
        return (Producer<byte[], byte[]>) Proxy.newProxyInstance(
                Producer.class.getClassLoader(),
                new Class<?>[] {Producer.class},
                (_, method, arguments) -> call(producer, method, arguments));
    }

    /** In place of the producer's own; {@link #proceed} is that. */
    protected abstract Object call(Producer<byte[], byte[]> producer, Method method, Object[] arguments)
            throws Throwable;

    protected static Object proceed(Producer<byte[], byte[]> producer, Method method, Object[] arguments)
            throws Throwable {
        try {
            return method.invoke(producer, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    /** What a call of {@code send} is to send. */
    @SuppressWarnings("unchecked") // a producer of bytes sends records of bytes
    protected static ProducerRecord<byte[], byte[]> sent(Object[] arguments) {
        return (ProducerRecord<byte[], byte[]>) arguments[0];
    }
}
