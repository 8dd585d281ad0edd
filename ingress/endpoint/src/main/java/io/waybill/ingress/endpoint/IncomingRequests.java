package io.waybill.ingress.endpoint;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.HttpServerConfiguration;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.concurrent.TimeUnit;

/**
 * Bounds what still comes in, before {@link Bulkhead} has anything to count: the time of each request, and the memory of all of them
 * together. A connection on which a byte moves now and then is never idle, and a hundred of them with a body of 1 MiB each, whose end
 * does not come, would have the whole heap.
 */
@Singleton
final class IncomingRequests {
    /** What a request takes before anything of it is understood: the buffer that its head is read into. */
    private static final int BEGUN = 8 * 1024;

    /** What a header or a piece of a body takes beside its bytes: by these alone, chunks of one byte would be next to nothing. */
    private static final int PIECE = 256;

    /** One request has no more than this part of all, or it alone would have the others closed. */
    private static final int PART_OF_ONE = 4;

    private final Duration maxTime;
    private final long maxBytes;
    private final long maxBody;
    private final IngressCounters counters;

    /** Those of which a part is here, the oldest first. */
    private final SequencedSet<Connection> incoming = new LinkedHashSet<>();

    private long bytes;

    IncomingRequests(IngressLimits limits, HttpServerConfiguration server, IngressCounters counters) {
        this.maxTime = limits.maxRequestTime();
        this.maxBytes = limits.maxIncomingBytes();
        this.maxBody = server.getMaxRequestSize();
        this.counters = counters;
    }

    /** Watches a connection from now on. One that is not HTTP/1.1 is not served, for here it would have no bounds. */
    void watch(ChannelPipeline pipeline) {
        Connection connection = new Connection();
        String codec = ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC;
        pipeline.addBefore(codec, "waybill-incoming-bytes", connection);
        pipeline.addAfter(codec, "waybill-incoming-requests", connection.new Requests());
    }

    /**
     * Whom it takes to stay below the bound. The oldest go first: a request that is meant well is here at once, and so those that fill
     * the room go before it, however small what is left.
     */
    private synchronized List<Connection> add(Connection connection, long more) {
        if (connection.crowded) {
            return List.of();
        }
        incoming.add(connection);
        connection.bytes += more;
        bytes += more;
        if (connection.bytes > maxBytes / PART_OF_ONE) {
            return List.of(crowdOut(connection));
        }
        List<Connection> out = new ArrayList<>();
        while (bytes > maxBytes) {
            out.add(crowdOut(incoming.getFirst()));
        }
        return out;
    }

    private Connection crowdOut(Connection connection) {
        release(connection);
        connection.crowded = true;
        return connection;
    }

    /** Its request is here, or will never be. */
    private synchronized void remove(Connection connection) {
        release(connection);
        connection.crowded = false;
    }

    private void release(Connection connection) {
        incoming.remove(connection);
        bytes -= connection.bytes;
        connection.bytes = 0;
    }

    private synchronized boolean isCrowdedOut(Connection connection) {
        return connection.crowded;
    }

    /**
     * Before the codec, where the first byte of a request is seen. What follows the end of a request within one read is taken for a
     * request of its own as soon as its head is there, or more of it.
     */
    private final class Connection extends ChannelInboundHandlerAdapter {
        // These two belong to whoever holds the lock.
        private long bytes;
        private boolean crowded;

        // All else belongs to the event loop.
        private ChannelHandlerContext context;
        private boolean closed;
        private boolean begun;
        private long body;
        private long uncounted;

        @Nullable
        private ScheduledFuture<?> deadline;

        @Override
        public void handlerAdded(ChannelHandlerContext added) {
            context = added;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object read) {
            if (closed) {
                ReferenceCountUtil.release(read);
                return;
            }
            begin();
            ctx.fireChannelRead(read);
            if (begun) {
                await();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            end();
            ctx.fireChannelInactive();
        }

        private void begin() {
            if (!begun) {
                begun = true;
                uncounted = BEGUN;
            }
        }

        /** Most requests are here with one read, and never come to this. */
        private void await() {
            if (deadline == null) {
                deadline =
                        context.executor().schedule(() -> close(Cut.SLOW), maxTime.toMillis(), TimeUnit.MILLISECONDS);
            }
            long more = uncounted;
            uncounted = 0;
            // Each on its own event loop.
            add(this, more).forEach(out -> out.context.executor().execute(out::closeIfCrowdedOut));
        }

        private void end() {
            begun = false;
            body = 0;
            uncounted = 0;
            if (deadline != null) {
                deadline.cancel(false);
                deadline = null;
                remove(this);
            }
        }

        /** Unless its request came to its end meanwhile. */
        private void closeIfCrowdedOut() {
            if (isCrowdedOut(this)) {
                close(Cut.CROWDED);
            }
        }

        private void close(Cut cut) {
            if (!closed) {
                closed = true;
                end();
                counters.cut(cut);
                var _ = context.close();
            }
        }

        /** Behind the codec, where the end of a request is seen. */
        private final class Requests extends ChannelInboundHandlerAdapter {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                if (message instanceof HttpRequest request) {
                    begin();
                    uncounted += (long) PIECE * request.headers().size();
                }
                // What is beyond the largest body is refused, and kept by nobody.
                if (message instanceof HttpContent piece && body <= maxBody) {
                    body += piece.content().readableBytes();
                    uncounted += PIECE + piece.content().readableBytes();
                }
                if (message instanceof LastHttpContent) {
                    end();
                }
                ctx.fireChannelRead(message);
            }
        }
    }
}
