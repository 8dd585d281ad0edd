package io.waybill.benchmarks.pipeline;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.waybill.benchmarks.ChildJvm;
import io.waybill.sandbox.LoopbackPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a JVM of its own that answers each request after the same time. No thread waits: a timer answers. */
final class FetchServer implements AutoCloseable {
    /** A small mail. */
    static final int MAIL_BYTES = 1024;

    private static final String READY = "listens on ";
    private static final String USAGE = "usage: FetchServer LATENCY_MS";

    private final ChildJvm jvm;
    private final int port;

    private FetchServer(ChildJvm jvm, int port) {
        this.jvm = jvm;
        this.port = port;
    }

    static FetchServer start(Duration latency) throws IOException {
        ChildJvm jvm =
                ChildJvm.start(FetchServer.class, List.of("-Xmx256m"), List.of(Long.toString(latency.toMillis())));
        return new FetchServer(
                jvm,
                Integer.parseInt(jvm.nextLine(READY)
                        .orElseThrow(() -> new IllegalStateException("the fetch server did not start"))));
    }

    /** The server itself. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 1) {
            throw new IllegalArgumentException(USAGE);
        }
        long latencyMs = Long.parseLong(arguments[0]);
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
        Channel server = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                // All connections are made at once.
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel connection) {
                        connection.pipeline().addLast(new HttpServerCodec(), new LateAnswer(latencyMs));
                    }
                })
                .bind(LoopbackPort.HOST, 0)
                .sync()
                .channel();
        System.out.println(READY + ((InetSocketAddress) server.localAddress()).getPort());
        System.out.flush();
        ChildJvm.awaitEndOfInput();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    private static final class LateAnswer extends SimpleChannelInboundHandler<HttpObject> {
        private static final ByteBuf MAIL = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(new byte[MAIL_BYTES]));

        private final long latencyMs;

        LateAnswer(long latencyMs) {
            this.latencyMs = latencyMs;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext connection, HttpObject part) {
            if (part instanceof LastHttpContent) {
                var _ = connection.executor().schedule(() -> answer(connection), latencyMs, TimeUnit.MILLISECONDS);
            }
        }

        private static void answer(ChannelHandlerContext connection) {
            // Where the connection has gone, nobody waits for it.
            var _ = connection.writeAndFlush(answer());
        }

        private static DefaultFullHttpResponse answer() {
            DefaultFullHttpResponse answer =
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, MAIL.duplicate());
            answer.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, MAIL_BYTES);
            return answer;
        }
    }

    int port() {
        return port;
    }

    /** What its threads have used of the processors. */
    Duration cpu() {
        return jvm.cpu();
    }

    @Override
    public void close() throws InterruptedException {
        jvm.close();
    }
}
