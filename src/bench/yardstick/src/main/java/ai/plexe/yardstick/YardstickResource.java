package ai.plexe.yardstick;

import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.redis.client.Command;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.util.List;

/** The least that an endpoint can do which keeps its state in Redis, and the least that one can do at all. */
@Singleton
@Path("/")
public class YardstickResource {

    /** Reads one hash and counts once, as the least that a limited look-up must do. */
    private static final String SCRIPT =
            """
            local found = redis.call('HMGET', KEYS[1], 'state', 'owner', 'level')
            return { redis.call('HINCRBY', KEYS[1], 'count', 1), found[1] }
            """;

    private static final Answer CONSTANT = new Answer("ok", 1);

    private final ReactiveRedisDataSource redis;
    private String sha1;

    YardstickResource(ReactiveRedisDataSource redis) {
        this.redis = redis;
    }

    /** A small answer. */
    public record Answer(String status, long count) {}

    void load(@Observes StartupEvent event) {
        sha1 = redis.execute(Command.SCRIPT, "LOAD", SCRIPT).await().atMost(Duration.ofSeconds(5)).toString();
    }

    @GET
    @Path("/evalsha")
    public Uni<Answer> evalsha(@HeaderParam("x-api-key") String key) {
        return redis.execute(Command.EVALSHA, sha1, "1", "yardstick:" + key)
                .map(answer -> new Answer("ok", answer.get(0).toLong()));
    }

    @GET
    @Path("/constant")
    public Uni<List<Answer>> constant() {
        return Uni.createFrom().item(List.of(CONSTANT));
    }
}
