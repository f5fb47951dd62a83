package ai.plexe.auth.redis;

import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.health.api.HealthGroup;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.redis.client.Command;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * Whether balancers shall send requests here: not while the instance is about to stop, and not while Redis is silent. PostgreSQL is not
 * asked, unlike by {@code /q/health/ready}: while it is away, keys that Redis knows are judged, and the rest is told to come back.
 */
@HealthGroup("traffic")
@ApplicationScoped
class TrafficHealth implements AsyncHealthCheck {

    private static final String NAME = "Requests can be judged";
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(2);
    private static final Duration KEPT = Duration.ofSeconds(1);

    /** Asked once a second at most, for anybody may ask this. */
    private final Uni<HealthCheckResponse> redisAnswers;

    private volatile boolean stopping;

    TrafficHealth(ReactiveRedisDataSource redis) {
        this.redisAnswers = redis.execute(Command.PING)
                .ifNoItem()
                .after(LONGEST_SILENCE)
                .fail()
                .map(pong -> HealthCheckResponse.up(NAME))
                .onFailure()
                .recoverWithItem(() -> HealthCheckResponse.down(NAME))
                .memoize()
                .forFixedDuration(KEPT);
    }

    void stop(@Observes ShutdownDelayInitiatedEvent event) {
        stopping = true;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return stopping ? Uni.createFrom().item(HealthCheckResponse.down(NAME)) : redisAnswers;
    }
}
