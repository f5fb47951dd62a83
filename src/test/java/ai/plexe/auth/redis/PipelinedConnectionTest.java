package ai.plexe.auth.redis;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import io.netty.channel.Channel;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.concurrent.EventExecutor;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import jakarta.inject.Inject;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the requests of one turn of an event loop ask Redis leaves in one piece. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class PipelinedConnectionTest {

    @Inject
    Vertx vertx;

    private List<Channel> connections() throws Exception {
        List<Channel> found = new ArrayList<>();
        for (EventExecutor loop : ((VertxInternal) vertx).getEventLoopGroup()) {
            loop.submit(() -> ((SingleThreadEventLoop) loop)
                            .registeredChannelsIterator()
                            .forEachRemaining(channel -> {
                                if (channel.remoteAddress() instanceof InetSocketAddress peer
                                        && peer.getPort() == Backends.redisUrl().getPort()) {
                                    found.add(channel);
                                }
                            }))
                    .get();
        }
        return found;
    }

    @Test
    void whatIsSentInOneTurnLeavesInOnePiece() throws Exception {
        new Api(RestAssured.port, Backends.adminKey()).models().then().statusCode(200);

        List<Channel> connections = connections();

        assertFalse(connections.isEmpty());
        assertTrue(connections.stream()
                .anyMatch(connection -> connection.pipeline().first() instanceof FlushConsolidationHandler));
    }
}
