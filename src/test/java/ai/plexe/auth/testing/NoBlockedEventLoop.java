package ai.plexe.auth.testing;

import io.quarkus.test.junit.callback.QuarkusTestAfterEachCallback;
import io.quarkus.test.junit.callback.QuarkusTestMethodContext;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Fails the test during which Vert.x warned that an event loop was blocked. */
public final class NoBlockedEventLoop implements QuarkusTestAfterEachCallback {

    /** What Vert.x says of a blocked event loop, in any log. */
    static final String WARNING = "has been blocked";

    private static final Logger CHECKER = Logger.getLogger("io.vertx.core.impl.BlockedThreadChecker");
    private static final Queue<String> WARNINGS = new ConcurrentLinkedQueue<>();

    static {
        CHECKER.addHandler(new Handler() {
            @Override
            public void publish(LogRecord logged) {
                WARNINGS.add(String.valueOf(logged.getMessage()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
    }

    @Override
    public void afterEach(QuarkusTestMethodContext context) {
        String warning = WARNINGS.poll();
        if (warning != null) {
            throw new AssertionError(warning);
        }
    }
}
