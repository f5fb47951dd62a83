package ai.plexe.auth.database;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Sessions and transactions that nobody waits for longer than ten seconds, after which the {@link Uni} fails with a
 * {@link io.smallrye.mutiny.TimeoutException}. The work itself goes on, so that its connection comes back to the pool,
 * and may still commit. Event loops only.
 */
public final class Work {

    private static final Duration LONGEST = Duration.ofSeconds(10);

    private Work() {}

    public static <T> Uni<T> inSession(Supplier<Uni<T>> work) {
        return bounded(Panache.withSession(work));
    }

    public static <T> Uni<T> inTransaction(Supplier<Uni<T>> work) {
        return bounded(Panache.withTransaction(work));
    }

    private static <T> Uni<T> bounded(Uni<T> work) {
        return Uni.createFrom()
                .<T>emitter(caller -> work.subscribe().with(caller::complete, caller::fail))
                .ifNoItem()
                .after(LONGEST)
                .fail();
    }
}
