package ai.plexe.auth.gate;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.plexe.auth.testing.Backends;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A request to a known resource is not shown to Quarkus's own authentication and what else the router has; any other is. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class DispatcherTest {

    private static final String WATCHED = "X-Watched";

    @Inject
    Watch watch;

    /** Sees requests as a filter right after that authentication does. */
    @Singleton
    static class Watch {

        private static final int AFTER_AUTHENTICATION = 199;

        private final List<String> seen = new CopyOnWriteArrayList<>();

        void register(@Observes Filters filters) {
            filters.register(this::note, AFTER_AUTHENTICATION);
        }

        private void note(RoutingContext routing) {
            if (routing.request().headers().contains(WATCHED)) {
                seen.add(routing.request().path());
            }
            routing.next();
        }
    }

    @Test
    void onlyWhatNoResourceIsKnownForGoesTheRoutersWay() {
        answers(200, "/models");
        answers(200, "/.well-known/jwks.json");
        answers(404, "/nowhere");

        assertEquals(List.of("/nowhere"), watch.seen);
    }

    private static void answers(int status, String path) {
        given().header(WATCHED, "yes")
                .header("x-api-key", Backends.adminKey())
                .get(path)
                .then()
                .statusCode(status);
    }
}
