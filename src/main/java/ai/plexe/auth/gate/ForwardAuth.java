package ai.plexe.auth.gate;

import ai.plexe.auth.access.Caller;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Answers for a gateway or another service: may the request that carries this credential pass? Answered at the entrance and by no
 * resource, for nothing that resources are led through says anything about it, and every request to the platform waits for it. Its
 * paths are described in {@code META-INF/openapi.yaml}. Event loops only.
 */
@ApplicationScoped
class ForwardAuth {

    private static final CharSequence ACCOUNT_ID = HttpHeaders.createOptimized("X-Auth-Account-Id");
    private static final CharSequence KEY_ID = HttpHeaders.createOptimized("X-Auth-Key-Id");
    private static final CharSequence USER_ID = HttpHeaders.createOptimized("X-Auth-User-Id");
    private static final CharSequence PERMISSION_LEVEL = HttpHeaders.createOptimized("X-Auth-Permission-Level");

    private final Door door;

    ForwardAuth(Door door) {
        this.door = door;
    }

    void answer(RoutingContext routing, OriginalRequest original) {
        PathTemplate.tell(routing, original.gateway().path());
        door.lead(
                routing,
                () -> Need.of(LevelOfRequest.of(routing.request(), original)),
                caller -> admit(caller, routing.response()));
    }

    private static void admit(Caller caller, HttpServerResponse response) {
        response.putHeader(ACCOUNT_ID, caller.accountId())
                .putHeader(caller.isPerson() ? USER_ID : KEY_ID, caller.isPerson() ? caller.userId() : caller.keyId())
                .putHeader(PERMISSION_LEVEL, caller.level().wireName())
                .end();
    }
}
