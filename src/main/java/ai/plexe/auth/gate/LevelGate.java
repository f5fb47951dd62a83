package ai.plexe.auth.gate;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.OpenToAll;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.access.RequiresLevel;
import io.quarkus.resteasy.reactive.server.runtime.ResteasyReactiveSecurityContext;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.Method;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;

/** Puts a filter in front of every resource method that declares its access; what it needs is read once, at start. */
@Provider
public class LevelGate implements DynamicFeature {

    private final Door door;
    private final ResourcePaths paths;

    LevelGate(Door door, ResourcePaths paths) {
        this.door = door;
        this.paths = paths;
    }

    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        Method method = resource.getResourceMethod();
        RequiresLevel required = method.getAnnotation(RequiresLevel.class);
        if (required != null) {
            Need need = Need.of(required);
            paths.add(resource, need);
            context.register(new Filter(door, need), Priorities.AUTHENTICATION);
        } else if (method.isAnnotationPresent(OpenToAll.class)) {
            paths.add(resource, null);
            context.register(
                    (ContainerRequestFilter) request -> door.welcome(routing(request)), Priorities.AUTHENTICATION);
        }
    }

    private static RoutingContext routing(ContainerRequestContext context) {
        ResteasyReactiveContainerRequestContext request = (ResteasyReactiveContainerRequestContext) context;
        return ((ResteasyReactiveRequestContext) request.getServerRequestContext()).unwrap(RoutingContext.class);
    }

    /**
     * Lets pass whom the entrance has let in for exactly what this method needs. Where a path is written so that the entrance could not
     * tell what it leads to, the request is suspended and judged here; its body is not read before.
     */
    private record Filter(Door door, Need need) implements ContainerRequestFilter {

        @Override
        public void filter(ContainerRequestContext context) {
            ResteasyReactiveContainerRequestContext request = (ResteasyReactiveContainerRequestContext) context;
            RoutingContext routing = routing(context);
            Caller admitted = Admission.of(routing, need);
            if (admitted != null) {
                request.setSecurityContext(new Admitted(routing, admitted));
                return;
            }
            request.suspend();
            door.admit(routing, need)
                    .subscribe()
                    .with(
                            caller -> {
                                request.setSecurityContext(new Admitted(routing, caller));
                                request.resume();
                            },
                            request::resume);
        }
    }

    /**
     * A security context that knows the caller. It is one of the framework's own kind, for which nobody makes an identity of
     * Quarkus's security, which nobody asks for.
     */
    private static final class Admitted extends ResteasyReactiveSecurityContext {

        private final Caller caller;

        Admitted(RoutingContext routing, Caller caller) {
            super(routing);
            this.caller = caller;
        }

        @Override
        public Caller getUserPrincipal() {
            return caller;
        }

        @Override
        public boolean isUserInRole(String level) {
            return caller.level().covers(PermissionLevel.of(level));
        }

        @Override
        public String getAuthenticationScheme() {
            return caller.isPerson() ? "Bearer" : "ApiKey";
        }
    }
}
