package ai.plexe.auth.apikey;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.access.RequiresLevel;
import ai.plexe.auth.paging.PageRequest;
import ai.plexe.auth.problem.JsonProblems;
import ai.plexe.auth.problem.ProblemException;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The keys of the caller's account, over HTTP. */
@Path("/auth/api-keys")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "API keys", description = "Make, list, change, rotate, verify and revoke the keys of an account.")
public class ApiKeyResource {

    private final ApiKeyService service;
    private final ApiKeyCheck check;
    private final KeyLimits limits;
    private final ObjectMapper json;
    private final Clock clock;

    ApiKeyResource(ApiKeyService service, ApiKeyCheck check, KeyLimits limits, ObjectMapper json, Clock clock) {
        this.service = service;
        this.limits = limits;
        this.check = check;
        this.json = json;
        this.clock = clock;
    }

    /** A key, as it is told; the secret only in the one answer that shows it. */
    @Schema(
            name = "ApiKey",
            requiredProperties = {
                "key_id",
                "key_preview",
                "name",
                "permission_level",
                "status",
                "created_at",
                "expires_at",
                "rotated_at",
                "previous_key_valid_until",
                "revoked_at",
                "rate_limit",
                "allowed_ips",
                "metadata",
                "service",
                "last_used_at",
                "last_used_ip"
            })
    public record KeyAnswer(
            @Schema(examples = "key_01jd8y2v9rk3d6t0w5m8q4zx7c")
            String keyId,

            @Schema(description = "The secret. Shown in this answer only.") @JsonInclude(JsonInclude.Include.NON_NULL)
            String key,

            @Schema(examples = "plx_sk_3fKq…x9Tb") String keyPreview,
            String name,
            PermissionLevel permissionLevel,
            KeyStatus status,
            Instant createdAt,
            @Schema(nullable = true) Instant expiresAt,
            @Schema(nullable = true) Instant rotatedAt,

            @Schema(
                    description = "Until when secrets from before the last rotation are accepted; null if none is.",
                    nullable = true)
            Instant previousKeyValidUntil,

            @Schema(nullable = true) Instant revokedAt,
            @Schema(nullable = true) KeySettings.Limit rateLimit,
            List<String> allowedIps,
            Map<String, String> metadata,
            boolean service,
            @Schema(nullable = true) Instant lastUsedAt,
            @Schema(nullable = true) String lastUsedIp) {}

    /** A page of keys, oldest first. */
    @Schema(
            name = "ApiKeyList",
            requiredProperties = {"keys", "next_cursor"})
    public record KeyList(
            List<KeyAnswer> keys,

            @Schema(description = "Null at the end.", nullable = true)
            String nextCursor) {}

    /** How near a key is to its limit. */
    @Schema(
            name = "KeyLimit",
            requiredProperties = {"key_id", "requests", "window_seconds", "default", "remaining"})
    public record KeyLimit(
            @Schema(examples = "key_01jd8y2v9rk3d6t0w5m8q4zx7c")
            String keyId,

            @Schema(description = "How many within the window.", examples = "1000")
            long requests,

            @Schema(description = "Length of the sliding window in seconds.", examples = "60")
            long windowSeconds,

            @Schema(name = "default", description = "Whether it is the account's or the installation's default.")
            @JsonProperty("default")
            boolean byDefault,

            @Schema(description = "How many requests could follow at once.", examples = "998")
            long remaining) {

        static KeyLimit of(KeyLimits.Nearness nearness) {
            return new KeyLimit(
                    nearness.keyId(),
                    nearness.limit().requests(),
                    nearness.limit().window().toSeconds(),
                    !nearness.own(),
                    nearness.remaining());
        }
    }

    /** A page of limits, in the order of the keys. */
    @Schema(
            name = "KeyLimitList",
            requiredProperties = {"limits", "next_cursor"})
    public record LimitList(
            List<KeyLimit> limits,

            @Schema(description = "Null at the end.", nullable = true)
            String nextCursor) {}

    /** How to rotate. */
    public record Rotation(
            @Schema(
                    description = "How long secrets from before are still accepted; by default not at all.",
                    minimum = "0",
                    maximum = "604800",
                    examples = "3600")
            Long gracePeriodSeconds) {

        private static final int MAX_GRACE = 604_800;

        Duration grace() {
            long seconds = gracePeriodSeconds == null ? 0 : gracePeriodSeconds;
            if (seconds < 0 || seconds > MAX_GRACE) {
                throw ProblemException.invalid("grace_period_seconds", "must be from 0 to " + MAX_GRACE);
            }
            return Duration.ofSeconds(seconds);
        }
    }

    @POST
    @RequiresLevel(value = PermissionLevel.READ_WRITE, recentProof = true)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "createApiKey",
            summary = "Make a key",
            description =
                    "The answer shows the secret, once. Its level is at most that of the key that makes it. A person"
                            + " needs a verified address and a recent proof of identity.")
    public Uni<KeyAnswer> create(
            @Context SecurityContext security, @Context RoutingContext routing, KeySettings settings) {
        return service.create(Caller.of(security), settings, Client.of(routing)).map(this::answer);
    }

    @GET
    @RequiresLevel(PermissionLevel.READ_WRITE)
    @Operation(
            operationId = "listApiKeys",
            summary = "List keys",
            description = "The active ones by default, oldest first.")
    public Uni<KeyList> list(
            @Context SecurityContext security,
            @Parameter(
                            description = "Which keys.",
                            schema =
                                    @Schema(
                                            enumeration = {"active", "revoked", "expired", "all"},
                                            defaultValue = "active"))
                    @QueryParam("status")
                    String status,
            @Parameter(
                            description = "How many at most.",
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            minimum = "1",
                                            maximum = "" + PageRequest.MAX_LIMIT,
                                            defaultValue = "" + PageRequest.DEFAULT_LIMIT))
                    @QueryParam("limit")
                    String limit,
            @Parameter(description = "The next_cursor of the page before.") @QueryParam("cursor") String cursor) {
        PageRequest page = PageRequest.of(limit, cursor, "key");
        return service.list(Caller.of(security), status(status), page.after(), page.fetched())
                .map(fetched -> page.slice(fetched, details -> details.key().id))
                .map(slice ->
                        new KeyList(slice.items().stream().map(this::answer).toList(), slice.nextCursor()));
    }

    @GET
    @Path("/limits")
    @RequiresLevel(PermissionLevel.ADMIN)
    @Operation(
            operationId = "listApiKeyLimits",
            summary = "How near their limits are keys?",
            description = "The active ones, oldest first, as they are at this moment. Counts nothing.")
    public Uni<LimitList> limits(
            @Context SecurityContext security, @QueryParam("limit") String limit, @QueryParam("cursor") String cursor) {
        PageRequest page = PageRequest.of(limit, cursor, "key");
        return limits.list(Caller.of(security), page.after(), page.fetched())
                .map(fetched -> page.slice(fetched, KeyLimits.Nearness::keyId))
                .map(slice ->
                        new LimitList(slice.items().stream().map(KeyLimit::of).toList(), slice.nextCursor()));
    }

    @GET
    @Path("/{key_id}")
    @RequiresLevel(PermissionLevel.READ_WRITE)
    @Operation(operationId = "getApiKey", summary = "Get a key")
    public Uni<KeyAnswer> get(@Context SecurityContext security, @PathParam("key_id") String keyId) {
        return service.get(Caller.of(security), keyId).map(this::answer);
    }

    @PATCH
    @Path("/{key_id}")
    @RequiresLevel(value = PermissionLevel.READ_WRITE, recentProof = true)
    @Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
    @Operation(
            operationId = "changeApiKey",
            summary = "Change a key",
            description = "A JSON merge patch (RFC 7396): what is left out stays, null goes back to the default."
                    + " In effect on every instance when it is answered.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = KeySettings.class),
                            examples =
                                    @ExampleObject(
                                            name = "narrow",
                                            value =
                                                    "{\"permission_level\": \"read_only\", \"rate_limit\": {\"requests\": 100}}")))
    public Uni<KeyAnswer> change(
            @Context SecurityContext security,
            @Context RoutingContext routing,
            @PathParam("key_id") String keyId,
            ObjectNode patch) {
        required(patch);
        return service.change(Caller.of(security), keyId, before -> patched(before, patch), Client.of(routing))
                .map(this::answer);
    }

    @POST
    @Path("/{key_id}/rotate")
    @RequiresLevel(value = PermissionLevel.READ_WRITE, recentProof = true)
    @Operation(
            operationId = "rotateApiKey",
            summary = "Rotate a key",
            description = "The same key with a new secret, shown once. Settings, history and limits go on.")
    @RequestBody(required = false, content = @Content(schema = @Schema(implementation = Rotation.class)))
    public Uni<KeyAnswer> rotate(
            @Context SecurityContext security,
            @Context RoutingContext routing,
            @PathParam("key_id") String keyId,
            Rotation rotation) {
        Duration grace = rotation == null ? Duration.ZERO : rotation.grace();
        return service.rotate(Caller.of(security), keyId, grace, Client.of(routing))
                .map(this::answer);
    }

    @DELETE
    @Path("/{key_id}")
    @RequiresLevel(PermissionLevel.READ_WRITE)
    @Operation(
            operationId = "revokeApiKey",
            summary = "Revoke a key",
            description = "Any key of the account, whatever its level. In effect on every instance when it is answered;"
                    + " once more gives the same answer.")
    public Uni<KeyAnswer> revoke(
            @Context SecurityContext security, @Context RoutingContext routing, @PathParam("key_id") String keyId) {
        return service.revoke(Caller.of(security), keyId, Client.of(routing)).map(this::answer);
    }

    @POST
    @Path("/verify")
    @RequiresLevel(value = PermissionLevel.READ_WRITE, orService = true)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "verifyApiKey",
            summary = "Verify a key",
            description =
                    "The outcome is a value: this answers 200 for a bad key, too. It judges keys of the caller's own"
                            + " account, and with a service key those of every account.")
    public Uni<ApiKeyCheck.Outcome> verify(
            @Context SecurityContext security, @Context RoutingContext routing, ApiKeyCheck.Question question) {
        return check.outcome(Caller.of(security), Client.of(routing), required(question));
    }

    private static <T> T required(T body) {
        if (body == null) {
            throw ProblemException.invalid("body", "is missing");
        }
        return body;
    }

    private static KeyStatus status(String status) {
        if (status == null) {
            return KeyStatus.ACTIVE;
        }
        return switch (status) {
            case "active" -> KeyStatus.ACTIVE;
            case "expired" -> KeyStatus.EXPIRED;
            case "revoked" -> KeyStatus.REVOKED;
            case "all" -> null;
            default -> throw ProblemException.invalid("status", "must be one of active, revoked, expired, all");
        };
    }

    private KeySettings patched(KeySettings before, ObjectNode patch) {
        ObjectNode settings = json.valueToTree(before);
        patch.fieldNames().forEachRemaining(name -> {
            if (!settings.has(name)) {
                throw ProblemException.invalid(name, "is not a known member");
            }
        });
        merge(settings, patch);
        if (settings.get("metadata") instanceof ObjectNode metadata) {
            metadata.properties().removeIf(entry -> entry.getValue().isNull());
        }
        try {
            return json.treeToValue(settings, KeySettings.class);
        } catch (JsonProcessingException e) {
            throw JsonProblems.of(e);
        }
    }

    private static void merge(ObjectNode target, ObjectNode patch) {
        patch.properties().forEach(member -> {
            if (member.getValue() instanceof ObjectNode change) {
                merge(
                        target.get(member.getKey()) instanceof ObjectNode object
                                ? object
                                : target.putObject(member.getKey()),
                        change);
            } else if (member.getValue().isNull() && target.has(member.getKey())) {
                target.remove(member.getKey());
            } else {
                target.set(member.getKey(), member.getValue());
            }
        });
    }

    private KeyAnswer answer(KeyDetails details) {
        ApiKey key = details.key();
        KeySettings settings = ApiKeyService.settings(key);
        return new KeyAnswer(
                key.id,
                details.secret() == null ? null : details.secret().reveal(),
                key.preview,
                settings.name(),
                settings.permissionLevel(),
                details.statusAt(clock.instant()),
                key.createdAt,
                settings.expiresAt(),
                key.rotatedAt,
                key.revokedAt == null ? details.previousSecretValidUntil() : null,
                key.revokedAt,
                settings.rateLimit(),
                settings.allowedIps(),
                settings.metadata(),
                settings.service(),
                details.lastUsed() == null ? null : details.lastUsed().at,
                details.lastUsed() == null ? null : details.lastUsed().ip);
    }
}
