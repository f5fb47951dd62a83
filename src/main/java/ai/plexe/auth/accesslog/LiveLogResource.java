package ai.plexe.auth.accesslog;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.access.RequiresLevel;
import ai.plexe.auth.id.TimeOrderedId;
import ai.plexe.auth.paging.QueryParameters;
import ai.plexe.auth.problem.ProblemException;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.NameBinding;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** The access log as it is written, over HTTP: server-sent events. */
@Path("/auth/access-logs/stream")
@NonBlocking
@Tag(name = "Access log")
public class LiveLogResource {

    private static final List<String> PARAMETERS =
            Stream.concat(LogQuery.FILTERS.stream(), Stream.of("from")).toList();
    private static final long RECONNECT_MS = 1000;

    private final AccessLogService service;
    private final LiveLog live;

    LiveLogResource(AccessLogService service, LiveLog live) {
        this.service = service;
        this.live = live;
    }

    /** A method before which it is settled whether the caller may follow: the head of its answer goes out before it. */
    @NameBinding
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @interface Follows {}

    @ServerRequestFilter
    @Follows
    Uni<Response> begin(ContainerRequestContext request, RoutingContext routing) {
        Caller caller = Caller.of(request.getSecurityContext());
        LogQuery query =
                LogQuery.of(caller, QueryParameters.of(request.getUriInfo().getQueryParameters(), PARAMETERS));
        String lastId = request.getHeaderString("Last-Event-ID");
        if (lastId != null && !TimeOrderedId.isWellFormed("log", lastId)) {
            throw ProblemException.invalid("Last-Event-ID", "must be a log_id");
        }
        if (HttpMethod.HEAD.equals(request.getMethod())) {
            return service.require(caller, query)
                    .map(allowed -> Response.ok()
                            .type(MediaType.SERVER_SENT_EVENTS_TYPE)
                            .build());
        }
        return service.require(caller, query)
                .chain(() -> live.follow(caller, query, lastId == null ? "" : lastId))
                .invoke(follower -> {
                    routing.addEndHandler(ended -> follower.leave());
                    // A client that is gone already has no end any more.
                    if (routing.response().closed()) {
                        follower.leave();
                    }
                    routing.put(LiveLog.Follower.class.getName(), follower);
                })
                .map(begun -> null);
    }

    @GET
    @Follows
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @RequiresLevel(PermissionLevel.ADMIN)
    @Operation(
            operationId = "followAccessLog",
            summary = "What is happening?",
            description =
                    "Server-sent events, each an entry as JSON with its log_id as the event's id. Takes the filters of"
                            + " the list, of times only the first. The stream ends after a minute, when the key or session that"
                            + " asked is changed, or when the instance stops; browsers come back by themselves with Last-Event-ID,"
                            + " and miss nothing. They may get entries of the last ten seconds once more: the log_id tells. An id"
                            + " of more than five minutes ago is refused.")
    @APIResponse(
            responseCode = "200",
            description = "Entries as they happen.",
            content =
                    @Content(
                            mediaType = MediaType.SERVER_SENT_EVENTS,
                            schema = @Schema(implementation = AccessLogResource.Entry.class)))
    @Parameter(
            name = "from",
            in = ParameterIn.QUERY,
            description = "The first time, at most five minutes ago; by default now.",
            schema = @Schema(type = SchemaType.STRING, format = "date-time"))
    @Parameter(name = "key_id", in = ParameterIn.QUERY, schema = @Schema(type = SchemaType.STRING))
    @Parameter(name = "user_id", in = ParameterIn.QUERY, schema = @Schema(type = SchemaType.STRING))
    @Parameter(name = "target_id", in = ParameterIn.QUERY, schema = @Schema(type = SchemaType.STRING))
    @Parameter(name = "event", in = ParameterIn.QUERY, schema = @Schema(implementation = Event.class))
    @Parameter(name = "outcome", in = ParameterIn.QUERY, schema = @Schema(type = SchemaType.STRING))
    @Parameter(name = "ip", in = ParameterIn.QUERY, schema = @Schema(type = SchemaType.STRING))
    public Multi<OutboundSseEvent> follow(
            @Context RoutingContext routing,
            @Context Sse sse,
            @Parameter(description = "The log_id of the last entry that was seen.") @HeaderParam("Last-Event-ID")
                    String lastId) {
        LiveLog.Follower follower = routing.get(LiveLog.Follower.class.getName());
        OutboundSseEvent nothingNew = sse.newEventBuilder().comment("").build();
        OutboundSseEvent beginning = sse.newEventBuilder()
                .id(follower.beginning())
                .comment("")
                .reconnectDelay(RECONNECT_MS)
                .build();
        Multi<OutboundSseEvent> events = follower.batches()
                .onItem()
                .transformToMultiAndConcatenate(batch -> batch.isEmpty()
                        ? Multi.createFrom().item(nothingNew)
                        : Multi.createFrom().iterable(batch).map(entry -> event(sse, entry)));
        return Multi.createBy()
                .concatenating()
                .streams(Multi.createFrom().item(beginning), events)
                .select()
                .first(LiveLog.LONGEST_STAY)
                .onTermination()
                .invoke(follower::leave);
    }

    private static OutboundSseEvent event(Sse sse, LogEntry entry) {
        return sse.newEventBuilder()
                .id(entry.id())
                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                .data(AccessLogResource.Entry.class, AccessLogResource.Entry.of(entry))
                .build();
    }
}
