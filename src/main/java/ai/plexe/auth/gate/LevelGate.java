package ai.plexe.auth.gate;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.access.RequiresLevel;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.ext.Provider;
import java.util.function.Function;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;

/** Puts a filter in front of every resource method that declares a level; the level is read once, at start. */
@Provider
public class LevelGate implements DynamicFeature {

    private final Gatekeeper gatekeeper;

    LevelGate(Gatekeeper gatekeeper) {
        this.gatekeeper = gatekeeper;
    }

    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        RequiresLevel required = resource.getResourceMethod().getAnnotation(RequiresLevel.class);
        if (required != null) {
            context.register(
                    new Filter(gatekeeper, request -> required.value(), required.orService()),
                    Priorities.AUTHENTICATION);
        } else if (resource.getResourceMethod().isAnnotationPresent(RequiresLevelOfRequest.class)) {
            context.register(new Filter(gatekeeper, LevelOfRequest::of, false), Priorities.AUTHENTICATION);
        }
    }

    /** Judges the request while it is suspended; its body is not read before. */
    private record Filter(Gatekeeper gatekeeper, Function<HttpServerRequest, PermissionLevel> level, boolean orService)
            implements ContainerRequestFilter {

        @Override
        public void filter(ContainerRequestContext context) {
            ResteasyReactiveContainerRequestContext request = (ResteasyReactiveContainerRequestContext) context;
            RoutingContext routing =
                    ((ResteasyReactiveRequestContext) request.getServerRequestContext()).unwrap(RoutingContext.class);
            PermissionLevel needed = level.apply(routing.request());
            request.suspend();
            gatekeeper
                    .admit(routing.request(), needed, orService)
                    .subscribe()
                    .with(
                            caller -> {
                                request.setSecurityContext(new Admitted(caller));
                                request.resume();
                            },
                            request::resume);
        }
    }

    /** A security context that knows the caller. */
    private record Admitted(Caller caller) implements SecurityContext {

        @Override
        public Caller getUserPrincipal() {
            return caller;
        }

        @Override
        public boolean isUserInRole(String level) {
            return caller.level().covers(PermissionLevel.of(level));
        }

        @Override
        public boolean isSecure() {
            return false;
        }

        @Override
        public String getAuthenticationScheme() {
            return "ApiKey";
        }
    }
}
