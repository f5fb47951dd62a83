package ai.plexe.auth.database;

import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Work that goes on behind an answer, in a Vert.x context of its own and so with sessions of its own. So much at a time;
 * what comes on top is left out, and logged. Event loops only.
 */
@ApplicationScoped
public class BackgroundWork {

    private static final Logger LOG = Logger.getLogger(BackgroundWork.class);
    private static final int MAX_UNDER_WAY = 100;

    private final Vertx vertx;
    private final AtomicInteger underWay = new AtomicInteger();

    BackgroundWork(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * Begins the work, and does not wait for it.
     *
     * @param what it is called if it fails
     */
    public void begin(String what, Supplier<Uni<Void>> work) {
        if (underWay.incrementAndGet() > MAX_UNDER_WAY) {
            underWay.decrementAndGet();
            LOG.warnf("too much goes on in the background; left out: %s", what);
            return;
        }
        Context own = VertxContext.createNewDuplicatedContext(VertxContext.getRootContext(vertx.getOrCreateContext()));
        VertxContextSafetyToggle.setContextSafe(own, true);
        own.runOnContext(begun -> Uni.createFrom()
                .deferred(work::get)
                .onTermination()
                .invoke(underWay::decrementAndGet)
                .subscribe()
                .with(done -> {}, failure -> LOG.errorf("failed in the background: %s: %s", what, failure.toString())));
    }
}
