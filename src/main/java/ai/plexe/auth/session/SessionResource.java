package ai.plexe.auth.session;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.OpenToAll;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.access.RequiresLevel;
import ai.plexe.auth.paging.PageRequest;
import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** The sessions of the person who asks, over HTTP. */
@Path("/auth")
@NonBlocking
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Sessions", description = "Where one is signed in, and how to end it.")
public class SessionResource {

    private final SessionService service;
    private final SessionCookie cookie;
    private final Origins origins;
    private final Clock clock;

    SessionResource(SessionService service, SessionCookie cookie, Origins origins, Clock clock) {
        this.service = service;
        this.clock = clock;
        this.cookie = cookie;
        this.origins = origins;
    }

    /** The session that asks. */
    @Schema(
            name = "CurrentSession",
            requiredProperties = {
                "session_id",
                "account_id",
                "user_id",
                "role",
                "permission_level",
                "authenticated_at",
                "expires_at",
                "idle_expires_at"
            })
    public record Current(
            @Schema(examples = "ses_01jd8y2v9rk3d6t0w5m8q4zx7c")
            String sessionId,

            @Schema(examples = "acc_01jd8y2v9qf3d6t0w5m8q4zx7c")
            String accountId,

            @Schema(examples = "usr_01jd8y2v9rk3d6t0w5m8q4zx7c")
            String userId,

            @Schema(examples = "owner") String role,
            PermissionLevel permissionLevel,

            @Schema(description = "When the person last proved who they are.")
            Instant authenticatedAt,

            @Schema(description = "When the session ends, whatever happens.")
            Instant expiresAt,

            @Schema(description = "When it ends if it is not used; this request has wound it up.")
            Instant idleExpiresAt) {}

    /** A session, as the list of devices shows it. */
    @Schema(
            name = "Session",
            requiredProperties = {
                "session_id",
                "created_at",
                "last_seen_at",
                "expires_at",
                "address",
                "user_agent",
                "current"
            })
    public record Device(
            @Schema(examples = "ses_01jd8y2v9rk3d6t0w5m8q4zx7c")
            String sessionId,

            Instant createdAt,

            @Schema(description = "Exact to a minute or so.")
            Instant lastSeenAt,

            Instant expiresAt,

            @Schema(nullable = true, examples = "203.0.113.7")
            String address,

            @Schema(
                    nullable = true,
                    examples = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
            String userAgent,

            @Schema(description = "Whether it is the one that asks.")
            boolean current) {

        static Device of(ConsoleSession session, Caller caller) {
            return new Device(
                    session.id,
                    session.createdAt,
                    session.lastSeenAt,
                    session.expiresAt,
                    session.address,
                    session.userAgent,
                    session.id.equals(caller.sessionId()));
        }
    }

    /** A page of sessions, oldest first. */
    @Schema(
            name = "SessionList",
            requiredProperties = {"sessions", "next_cursor"})
    public record Devices(
            List<Device> sessions,

            @Schema(description = "Null at the end.", nullable = true)
            String nextCursor) {}

    @GET
    @Path("/session")
    @RequiresLevel(value = PermissionLevel.READ_ONLY, sessionOnly = true)
    @Operation(operationId = "getSession", summary = "Who am I?")
    public RestResponse<Current> current(@Context SecurityContext security, @Context RoutingContext routing) {
        Caller caller = Caller.of(security);
        LiveSession session = routing.get(LiveSession.class.getName());
        Current current = new Current(
                caller.sessionId(),
                caller.accountId(),
                caller.userId(),
                caller.role().wireName(),
                caller.level(),
                session.authenticatedAt(),
                session.expiresAt(),
                service.idleExpiresAt(session.usedAt(), session.expiresAt()));
        // The clock that the times are of, for whoever counts down to them.
        return RestResponse.ResponseBuilder.ok(current)
                .header(HttpHeaders.DATE, Date.from(clock.instant()))
                .build();
    }

    @POST
    @Path("/logout")
    @OpenToAll(because = "whoever holds a session that has ended already must be able to drop its cookie")
    @Operation(
            operationId = "signOut",
            summary = "Sign out",
            description = "Ends the session on every instance and removes the cookie; with no session or a dead one it"
                    + " removes the cookie only.")
    public Uni<RestResponse<Void>> signOut(@Context RoutingContext routing) {
        HttpServerRequest request = routing.request();
        PresentedToken token = PresentedToken.of(
                request.headers().getAll(HttpHeaders.AUTHORIZATION),
                request.headers().getAll(HttpHeaders.COOKIE),
                cookie.name());
        if (token != null && token.byCookie() && !origins.isOwn(request)) {
            throw ProblemException.of(ProblemCode.CROSS_SITE_REQUEST, "This was not sent by a page of this service.");
        }
        Uni<Void> ended =
                token == null ? Uni.createFrom().voidItem() : service.endByToken(token.text(), Client.of(routing));
        return ended.map(done -> RestResponse.ResponseBuilder.<Void>noContent()
                .header(HttpHeaders.SET_COOKIE, cookie.cleared())
                .build());
    }

    @GET
    @Path("/sessions")
    @RequiresLevel(value = PermissionLevel.READ_ONLY, sessionOnly = true)
    @Operation(operationId = "listSessions", summary = "Where am I signed in?", description = "Oldest first.")
    public Uni<Devices> list(
            @Context SecurityContext security,
            @Parameter(
                            description = "How many at most.",
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            minimum = "1",
                                            maximum = "200",
                                            defaultValue = "50"))
                    @QueryParam("limit")
                    String limit,
            @Parameter(description = "The next_cursor of the page before.") @QueryParam("cursor") String cursor) {
        Caller caller = Caller.of(security);
        return service.list(caller, PageRequest.of(limit, cursor, "ses"))
                .map(slice -> new Devices(
                        slice.items().stream()
                                .map(session -> Device.of(session, caller))
                                .toList(),
                        slice.nextCursor()));
    }

    @DELETE
    @Path("/sessions/{session_id}")
    @RequiresLevel(value = PermissionLevel.READ_ONLY, sessionOnly = true)
    @Operation(
            operationId = "endSession",
            summary = "End a session",
            description = "On every instance before the answer; one that has ended already stays so.")
    public Uni<Void> end(
            @Context SecurityContext security,
            @Context RoutingContext routing,
            @PathParam("session_id") String sessionId) {
        return service.end(Caller.of(security), sessionId, Client.of(routing));
    }

    @DELETE
    @Path("/sessions")
    @RequiresLevel(value = PermissionLevel.READ_ONLY, sessionOnly = true)
    @Operation(operationId = "endOtherSessions", summary = "End all sessions but this one")
    public Uni<Void> endOthers(@Context SecurityContext security, @Context RoutingContext routing) {
        return service.endOthers(Caller.of(security), Client.of(routing));
    }
}
