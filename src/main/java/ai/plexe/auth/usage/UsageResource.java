package ai.plexe.auth.usage;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.access.RequiresLevel;
import ai.plexe.auth.paging.PageRequest;
import ai.plexe.auth.paging.QueryParameters;
import ai.plexe.auth.problem.ProblemException;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The usage of the caller's keys, over HTTP. */
@Path("/auth/usage")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Usage", description = "What the uses of the account's keys add up to.")
public class UsageResource {

    private static final List<String> PARAMETERS =
            List.of("from", "to", "interval", "group_by", "key_id", "limit", "cursor");
    private static final String KEY = "key";
    private static final String OUTCOME = "outcome";
    private static final Set<String> GROUPINGS = Set.of(KEY, OUTCOME);
    private static final Duration BY_DEFAULT = Duration.ofDays(30);

    private final UsageService service;
    private final Clock clock;

    UsageResource(UsageService service, Clock clock) {
        this.service = service;
        this.clock = clock;
    }

    /** How often keys were used with this outcome; without start and key, in the whole time. */
    @Schema(
            name = "UsageCount",
            requiredProperties = {"uses", "cost"})
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Count(
            @Schema(description = "The beginning of the interval; left out in totals.")
            Instant start,

            @Schema(
                    description = "Left out in totals, and where keys are not told apart.",
                    examples = "key_01jd8y2v9rk3d6t0w5m8q4zx7c")
            String keyId,

            @Schema(
                    description = "ok, or the code of the refusal; left out where outcomes are not told apart.",
                    examples = "ok")
            String outcome,

            @Schema(description = "How often.") long uses,

            @Schema(description = "How many requests that counts for: one each, unless a verification said otherwise.")
            long cost) {

        static Count of(Usage usage) {
            return new Count(usage.start(), usage.keyId(), usage.outcome(), usage.uses(), usage.cost());
        }
    }

    /** Usage in a time. */
    @Schema(
            name = "Usage",
            requiredProperties = {"from", "to", "interval", "totals", "usage", "next_cursor"})
    public record Answer(
            @Schema(description = "The whole hour that was begun with.")
            Instant from,

            @Schema(description = "The whole hour that was ended before.")
            Instant to,

            @Schema(enumeration = {"hour", "day", "month"}) String interval,

            @Schema(description = "By outcome, over the whole time whatever the page.")
            List<Count> totals,

            @Schema(description = "By interval, key and outcome, in that order.")
            List<Count> usage,

            @Schema(description = "Null at the end.", nullable = true)
            String nextCursor) {}

    @GET
    @RequiresLevel(PermissionLevel.ADMIN)
    @Operation(
            operationId = "getUsage",
            summary = "What does it add up to?",
            description = "Current within seconds. Times are rounded out to whole hours, and intervals are in UTC.")
    @Parameter(
            name = "from",
            in = ParameterIn.QUERY,
            description = "The first time; by default 30 days before to.",
            schema = @Schema(type = SchemaType.STRING, format = "date-time"))
    @Parameter(
            name = "to",
            in = ParameterIn.QUERY,
            description = "The time after the last; by default now.",
            schema = @Schema(type = SchemaType.STRING, format = "date-time"))
    @Parameter(
            name = "interval",
            in = ParameterIn.QUERY,
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {"hour", "day", "month"},
                            defaultValue = "day"))
    @Parameter(
            name = "group_by",
            in = ParameterIn.QUERY,
            description = "What is told apart in each interval.",
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {"key", "outcome", "key,outcome"},
                            defaultValue = "key,outcome"))
    @Parameter(name = "key_id", in = ParameterIn.QUERY, schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            name = "limit",
            in = ParameterIn.QUERY,
            description = "How many counts at most.",
            schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "200", defaultValue = "50"))
    @Parameter(
            name = "cursor",
            in = ParameterIn.QUERY,
            description = "The next_cursor of the page before.",
            schema = @Schema(type = SchemaType.STRING))
    public Uni<Answer> usage(@Context SecurityContext security, @Context UriInfo uri) {
        QueryParameters parameters = QueryParameters.of(uri.getQueryParameters(), PARAMETERS);
        UsageQuery query = query(Caller.of(security), parameters);
        return service.page(query, parameters.text("cursor"), PageRequest.limit(parameters.text("limit")))
                .map(page -> new Answer(
                        query.from(),
                        query.to(),
                        query.interval().wireName(),
                        page.totals().stream().map(Count::of).toList(),
                        page.counts().stream().map(Count::of).toList(),
                        page.nextCursor()));
    }

    private UsageQuery query(Caller caller, QueryParameters parameters) {
        Instant from = parameters.time("from");
        Instant to = parameters.time("to");
        Instant last = to == null ? clock.instant() : to;
        if (from != null && !from.isBefore(last)) {
            throw to == null
                    ? ProblemException.invalid("from", "must be in the past")
                    : ProblemException.invalid("to", "must be after from");
        }
        Instant end = endOfHour(last);
        Instant begin = (from == null ? end.minus(BY_DEFAULT) : from).truncatedTo(ChronoUnit.HOURS);
        Set<String> grouping = grouping(parameters);
        return new UsageQuery(
                caller.accountId(),
                begin,
                end,
                interval(parameters),
                parameters.id("key_id", "key"),
                grouping.contains(KEY),
                grouping.contains(OUTCOME));
    }

    private static Set<String> grouping(QueryParameters parameters) {
        String text = parameters.text("group_by");
        Set<String> names = text == null ? GROUPINGS : new HashSet<>(List.of(text.split(",", -1)));
        if (!GROUPINGS.containsAll(names)) {
            throw ProblemException.invalid("group_by", "must be key, outcome, or key,outcome");
        }
        return names;
    }

    private static Instant endOfHour(Instant time) {
        Instant hour = time.truncatedTo(ChronoUnit.HOURS);
        return hour.equals(time) ? time : hour.plus(1, ChronoUnit.HOURS);
    }

    private static Interval interval(QueryParameters parameters) {
        String name = parameters.text("interval");
        Interval interval = name == null ? Interval.DAY : Interval.of(name);
        if (interval == null) {
            throw ProblemException.invalid("interval", "must be hour, day or month");
        }
        return interval;
    }
}
