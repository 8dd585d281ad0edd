package io.waybill.ingress.endpoint;

import io.micronaut.context.BeanProvider;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import jakarta.inject.Singleton;

/** Has every connection of the server watched by {@link IncomingRequests}. */
@Singleton
final class ServerPipeline implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
    private final BeanProvider<IncomingRequests> incoming;

    /** @param incoming had when the first connection comes: a listener is made before anything else is */
    ServerPipeline(BeanProvider<IncomingRequests> incoming) {
        this.incoming = incoming;
    }

    @Override
    public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        event.getBean().register(new NettyServerCustomizer() {
            @Override
            public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
                return role == ChannelRole.CONNECTION ? watch(channel) : this;
            }
        });
        return event.getBean();
    }

    private NettyServerCustomizer watch(Channel connection) {
        return new NettyServerCustomizer() {
            @Override
            public void onInitialPipelineBuilt() {
                incoming.get().watch(connection.pipeline());
            }
        };
    }
}
