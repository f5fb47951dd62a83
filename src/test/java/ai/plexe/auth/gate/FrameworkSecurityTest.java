package ai.plexe.auth.gate;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.plexe.auth.testing.Backends;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What Quarkus's authentication keeps ready for a failure is put away before anything acts on it. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class FrameworkSecurityTest {

    private static final String WATCHED = "X-Watched";

    @Inject
    Watch watch;

    /** Sees requests as filters right before and right after that authentication do. */
    @Singleton
    static class Watch {

        private static final int AUTHENTICATION = 200;

        private final List<String> seen = new CopyOnWriteArrayList<>();

        void register(@Observes Filters filters) {
            filters.register(routing -> note("before", routing), AUTHENTICATION + 1);
            filters.register(routing -> note("after", routing), AUTHENTICATION - 1);
        }

        private void note(String when, RoutingContext routing) {
            if (routing.request().headers().contains(WATCHED)) {
                Object handler = routing.get(QuarkusHttpUser.AUTH_FAILURE_HANDLER);
                seen.add(when + " "
                        + (handler == null ? "nothing" : handler.getClass().getName()));
            }
            routing.next();
        }
    }

    @Test
    void nobodyLooksAPathUpForAFailureThatNeverComes() {
        given().header(WATCHED, "yes")
                .header("x-api-key", Backends.adminKey())
                .get("/models")
                .then()
                .statusCode(200);

        assertEquals(List.of("before nothing", "after nothing"), watch.seen);
    }
}
