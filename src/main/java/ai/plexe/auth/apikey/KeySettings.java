package ai.plexe.auth.apikey;

import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.validation.Network;
import ai.plexe.auth.validation.PlainText;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.hibernate.validator.constraints.CodePointLength;

/**
 * What its owner decides about a key.
 *
 * @param expiresAt null for never
 * @param rateLimit null for the account's default
 * @param allowedIps empty for every address
 * @param service whether it may verify the keys of every account
 */
public record KeySettings(
        @Schema(description = "What you recognise it by.", examples = "CI pipeline", minLength = 1, maxLength = 100)
        @NotNull(message = "is required")
        @PlainText
        @CodePointLength(max = 100, message = "may have 100 characters at most")
        String name,

        @Schema(description = "What it may do; never more than whoever makes it.", examples = "read_write")
        @NotNull(message = "is required")
        PermissionLevel permissionLevel,

        @Schema(
                description = "When it stops working, at most ten years ahead; null for never.",
                examples = "2030-01-31T12:00:00Z")
        Instant expiresAt,

        @Schema(description = "Null for the account's default.") @Valid
        Limit rateLimit,

        @Schema(
                description = "Addresses and networks it may be used from; empty for anywhere.",
                examples = "[\"192.0.2.0/24\", \"2001:db8::/32\"]")
        @Size(max = 100, message = "may have 100 entries at most")
        List<@NotNull(message = "must not be null") @Network String> allowedIps,

        @Schema(
                description = "Notes of your own: up to 50 names, each with a text.",
                examples = "{\"team\": \"search\"}")
        @Size(max = 50, message = "may have 50 entries at most")
        Map<
                        @PlainText @CodePointLength(max = 40, message = "may have names of 40 characters at most")
                        String,
                        @NotNull(message = "must not be null") @PlainText
                        @CodePointLength(max = 500, message = "may have 500 characters at most") String>
                metadata,

        @Schema(description = "Whether it may verify the keys of every account; for the operator's account only.")
        Boolean service) {

    /**
     * A key's own limit.
     *
     * @param requests how many within the window
     * @param windowSeconds length of the sliding window in seconds
     */
    @Schema(name = "RateLimit")
    public record Limit(
            @Schema(examples = "1000")
            @NotNull(message = "is required")
            @Min(value = 1, message = "must be at least 1")
            @Max(value = 1_000_000_000, message = "must be at most 1000000000")
            Long requests,

            @Schema(description = "Length of the sliding window in seconds.", examples = "60")
            @NotNull(message = "is required")
            @Min(value = 1, message = "must be at least 1")
            @Max(value = 86_400, message = "must be at most 86400, a day")
            Integer windowSeconds) {}

    public KeySettings {
        allowedIps = allowedIps == null ? List.of() : allowedIps;
        metadata = metadata == null ? Map.of() : metadata;
        service = service != null && service;
    }
}
