package ai.plexe.auth.accesslog;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.access.RequiresLevel;
import ai.plexe.auth.paging.PageRequest;
import ai.plexe.auth.paging.QueryParameters;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The access log of the caller's account, over HTTP. */
@Path("/auth/access-logs")
@NonBlocking
@Tag(name = "Access log", description = "Every attempt, every use, and every change of who may.")
public class AccessLogResource {

    private static final String CSV = "text/csv;qs=0.5";
    private static final String NDJSON = "application/x-ndjson;qs=0.5";
    private static final String LIMIT = "limit";
    private static final String CURSOR = "cursor";
    private static final List<String> EXPORTED = with(LogQuery.FILTERS, "from", "to", "unattributed");
    private static final List<String> LISTED = with(EXPORTED, LIMIT, CURSOR);

    private final AccessLogService service;

    AccessLogResource(AccessLogService service) {
        this.service = service;
    }

    /** Something that happened. */
    @Schema(
            name = "AccessLogEntry",
            requiredProperties = {
                "log_id",
                "time",
                "event",
                "outcome",
                "key_id",
                "user_id",
                "session_id",
                "target_id",
                "permission_level",
                "cost",
                "ip",
                "user_agent",
                "method",
                "path",
                "request_id"
            })
    public record Entry(
            @Schema(examples = "log_01jd8y2v9rk3d6t0w5m8q4zx7c")
            String logId,

            Instant time,
            @Schema(implementation = Event.class) String event,

            @Schema(description = "ok, or the code of the refusal.", examples = "revoked_key")
            String outcome,

            @Schema(nullable = true, description = "The key that was used, or that did it.")
            String keyId,

            @Schema(nullable = true, description = "The user who did it.")
            String userId,

            @Schema(nullable = true) String sessionId,

            @Schema(nullable = true, description = "What was made, changed or ended, such as another key.")
            String targetId,

            @Schema(nullable = true, implementation = PermissionLevel.class)
            String permissionLevel,

            @Schema(description = "How many requests a use of a key counts for.")
            int cost,

            @Schema(nullable = true, examples = "203.0.113.7")
            String ip,

            @Schema(nullable = true, description = "As the client calls itself.")
            String userAgent,

            @Schema(nullable = true, description = "Of the request, or of the one that a gateway asked about.")
            String method,

            @Schema(nullable = true, description = "Without the query.")
            String path,

            @Schema(nullable = true) String requestId) {

        static Entry of(LogEntry entry) {
            return new Entry(
                    entry.id(),
                    entry.time(),
                    entry.event(),
                    entry.outcome(),
                    entry.keyId(),
                    entry.userId(),
                    entry.sessionId(),
                    entry.targetId(),
                    entry.level(),
                    entry.cost(),
                    entry.address(),
                    entry.userAgent(),
                    entry.method(),
                    entry.path(),
                    entry.requestId());
        }
    }

    /** A page of entries, newest first. */
    @Schema(
            name = "AccessLogPage",
            requiredProperties = {"entries", "next_cursor"})
    public record Entries(
            List<Entry> entries,

            @Schema(description = "Null at the end.", nullable = true)
            String nextCursor) {}

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @RequiresLevel(PermissionLevel.ADMIN)
    @Operation(
            operationId = "listAccessLog",
            summary = "What happened?",
            description = "Newest first. As text/csv or application/x-ndjson, all of it is streamed, without pages.")
    @APIResponse(
            responseCode = "200",
            description = "Entries; in CSV and NDJSON all of them, a line each.",
            content = {
                @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Entries.class)),
                @Content(mediaType = "text/csv", schema = @Schema(type = SchemaType.STRING)),
                @Content(mediaType = "application/x-ndjson", schema = @Schema(implementation = Entry.class))
            })
    @Parameter(
            name = "from",
            in = ParameterIn.QUERY,
            description = "The first time.",
            schema = @Schema(type = SchemaType.STRING, format = "date-time"))
    @Parameter(
            name = "to",
            in = ParameterIn.QUERY,
            description = "The time after the last.",
            schema = @Schema(type = SchemaType.STRING, format = "date-time"))
    @Parameter(name = "key_id", in = ParameterIn.QUERY, schema = @Schema(type = SchemaType.STRING))
    @Parameter(name = "user_id", in = ParameterIn.QUERY, schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            name = "target_id",
            in = ParameterIn.QUERY,
            description = "What was made, changed or ended.",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(name = "event", in = ParameterIn.QUERY, schema = @Schema(implementation = Event.class))
    @Parameter(
            name = "outcome",
            in = ParameterIn.QUERY,
            description = "ok, the code of a refusal, or refused for all of them.",
            schema = @Schema(type = SchemaType.STRING, examples = "refused"))
    @Parameter(
            name = "ip",
            in = ParameterIn.QUERY,
            description = "An address, or a network such as 203.0.113.0/24.",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            name = "unattributed",
            in = ParameterIn.QUERY,
            description =
                    "true for what belongs to no account, such as tries with unknown keys: for the operator's account.",
            schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
    @Parameter(
            name = LIMIT,
            in = ParameterIn.QUERY,
            description = "How many at most.",
            schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "200", defaultValue = "50"))
    @Parameter(
            name = CURSOR,
            in = ParameterIn.QUERY,
            description = "The next_cursor of the page before.",
            schema = @Schema(type = SchemaType.STRING))
    public Uni<Entries> list(@Context SecurityContext security, @Context UriInfo uri) {
        Caller caller = Caller.of(security);
        QueryParameters parameters = QueryParameters.of(uri.getQueryParameters(), LISTED);
        LogQuery query = LogQuery.of(caller, parameters);
        PageRequest page = PageRequest.of(parameters.text(LIMIT), parameters.text(CURSOR), "log");
        return service.require(caller, query)
                .chain(() -> service.page(query, page))
                .map(slice -> new Entries(slice.items().stream().map(Entry::of).toList(), slice.nextCursor()));
    }

    @GET
    @Produces(CSV)
    @RequiresLevel(PermissionLevel.ADMIN)
    @Operation(hidden = true, operationId = "exportAccessLogAsCsv")
    public Multi<String> csv(@Context SecurityContext security, @Context UriInfo uri, @Context RoutingContext routing) {
        name(routing, "text/csv;charset=UTF-8");
        return export(
                security,
                uri,
                batches -> Multi.createBy()
                        .concatenating()
                        .streams(Multi.createFrom().item(LogCsv.HEADER), batches.map(LogCsv::lines)));
    }

    @GET
    @Produces(NDJSON)
    @RequiresLevel(PermissionLevel.ADMIN)
    @Operation(hidden = true, operationId = "exportAccessLogAsNdjson")
    public Multi<Entry> ndjson(
            @Context SecurityContext security, @Context UriInfo uri, @Context RoutingContext routing) {
        name(routing, "application/x-ndjson;charset=UTF-8");
        return export(
                security, uri, batches -> batches.onItem().<LogEntry>disjoint().map(Entry::of));
    }

    /** Else the answer would tell how gladly it is given in this form, too. */
    private static void name(RoutingContext routing, String form) {
        routing.addHeadersEndHandler(headed -> {
            if (routing.response().getStatusCode() == 200) {
                routing.response().putHeader(HttpHeaders.CONTENT_TYPE, form);
            }
        });
    }

    private <T> Multi<T> export(SecurityContext security, UriInfo uri, Function<Multi<List<LogEntry>>, Multi<T>> form) {
        Caller caller = Caller.of(security);
        LogQuery query = LogQuery.of(caller, QueryParameters.of(uri.getQueryParameters(), EXPORTED));
        return service.require(caller, query)
                .chain(() -> service.export(query))
                .onItem()
                .transformToMulti(form);
    }

    private static List<String> with(List<String> names, String... more) {
        return Stream.concat(names.stream(), Stream.of(more)).toList();
    }
}
