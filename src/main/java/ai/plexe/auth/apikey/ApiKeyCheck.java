package ai.plexe.auth.apikey;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.accesslog.AccessLog;
import ai.plexe.auth.accesslog.Event;
import ai.plexe.auth.address.IpAddress;
import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.ratelimit.Quota;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Judges a key that an authenticated caller asks about, and tells the outcome as a value. Event loops only. */
@ApplicationScoped
public class ApiKeyCheck {

    private static final int MAX_COST = 1_000_000;
    private static final List<Reason> CHECKS =
            List.of(Reason.INVALID, Reason.REVOKED, Reason.EXPIRED, Reason.ADDRESS, Reason.LEVEL, Reason.LIMIT);

    private final ApiKeyVerifier verifier;
    private final AccessLog log;
    private final Clock clock;

    ApiKeyCheck(ApiKeyVerifier verifier, AccessLog log, Clock clock) {
        this.verifier = verifier;
        this.log = log;
        this.clock = clock;
    }

    /** What is asked about a key. */
    @Schema(name = "KeyQuestion")
    public record Question(
            @Schema(description = "The secret as it was shown to you.", required = true)
            String key,

            @Schema(description = "The level it must have; read_only by default.")
            PermissionLevel permissionLevel,

            @Schema(
                    description = "Where it was shown from; a key with an allow-list is refused without it.",
                    examples = "192.0.2.7")
            String ip,

            @Schema(
                    description = "How many requests this counts for; 1 by default, 0 for a look without counting.",
                    minimum = "0",
                    maximum = "1000000")
            Long cost,

            @Schema(description = "Run every check, count nothing, and tell which would fail and why.")
            Boolean explain) {

        @Override
        public String toString() {
            return "Question[level=" + permissionLevel + ", cost=" + cost + ", explain=" + explain + "]";
        }
    }

    /** The outcome; {@code code} is {@code valid} or the error that the key would meet. */
    @Schema(
            name = "KeyOutcome",
            requiredProperties = {"valid", "code", "key_id", "account_id", "permission_level", "rate_limit"})
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Outcome(
            boolean valid,
            @Schema(examples = "valid") String code,
            @Schema(nullable = true) @JsonInclude String keyId,
            @Schema(nullable = true) @JsonInclude String accountId,
            @Schema(nullable = true) @JsonInclude PermissionLevel permissionLevel,
            @Schema(nullable = true) @JsonInclude RateLimitStatus rateLimit,
            String requiredLevel,

            @Schema(description = "With explain: every check in its order.")
            List<Check> checks) {}

    /** Where the key stands with its limit. */
    @Schema(requiredProperties = {"limit", "window_seconds", "remaining", "reset"})
    public record RateLimitStatus(long limit, long windowSeconds, long remaining, Instant reset) {}

    /** One check; those behind a failed look-up are not run. */
    @Schema(requiredProperties = {"code", "passed", "detail"})
    public record Check(
            @Schema(examples = "ip_not_allowed") String code,
            boolean passed,

            @Schema(description = "Why it failed; null if it passed.", nullable = true)
            String detail) {}

    Uni<Outcome> outcome(Caller caller, Client asking, Question question) {
        if (question.key() == null) {
            throw ProblemException.invalid("key", "is required");
        }
        PermissionLevel needed =
                question.permissionLevel() == null ? PermissionLevel.READ_ONLY : question.permissionLevel();
        long cost = cost(question);
        IpAddress address = address(question);
        boolean explain = Boolean.TRUE.equals(question.explain());
        ApiKeySecret secret = ApiKeySecret.parse(question.key());
        Client shown = new Client(address, null, asking.requestId(), asking.method(), asking.path());
        if (secret == null) {
            if (!explain) {
                log.record(AccessLog.Entry.ofNobody(
                        Event.KEY_VERIFY, Reason.INVALID.code().wireName(), shown));
            }
            return Uni.createFrom().item(unknown(explain));
        }
        String account = caller.service() ? null : caller.accountId();
        return verifier.verify(
                        new Presented(secret.digest(), needed, false, Event.KEY_VERIFY, shown, cost, account, explain))
                .map(verdict -> outcome(verdict, needed, explain));
    }

    private static long cost(Question question) {
        long cost = question.cost() == null ? 1 : question.cost();
        if (cost < 0 || cost > MAX_COST) {
            throw ProblemException.invalid("cost", "must be from 0 to " + MAX_COST);
        }
        return cost;
    }

    private static IpAddress address(Question question) {
        IpAddress address = IpAddress.parse(question.ip());
        if (address == null && question.ip() != null) {
            throw ProblemException.invalid("ip", "is not an IP address");
        }
        return address;
    }

    private Outcome outcome(Verdict verdict, PermissionLevel needed, boolean explain) {
        if (verdict instanceof Verdict.Accepted accepted) {
            return outcome(true, "valid", accepted.grant(), accepted.quota(), null, explain ? checks(List.of()) : null);
        }
        Verdict.Rejected rejected = (Verdict.Rejected) verdict;
        if (rejected.grant() == null) {
            return unknown(explain);
        }
        return outcome(
                false,
                rejected.reason().code().wireName(),
                rejected.grant(),
                rejected.quota(),
                rejected.reason() == Reason.LEVEL ? needed.wireName() : null,
                explain ? checks(rejected.failed()) : null);
    }

    private Outcome outcome(
            boolean valid, String code, Grant grant, Quota quota, String requiredLevel, List<Check> checks) {
        RateLimitStatus rateLimit = new RateLimitStatus(
                quota.limit().requests(),
                quota.limit().window().toSeconds(),
                quota.remaining(),
                clock.instant().plus(quota.reset()).truncatedTo(ChronoUnit.MILLIS));
        return new Outcome(
                valid, code, grant.keyId(), grant.accountId(), grant.level(), rateLimit, requiredLevel, checks);
    }

    private static Outcome unknown(boolean explain) {
        List<Check> checks = explain ? List.of(check(Reason.INVALID, true)) : null;
        return new Outcome(false, Reason.INVALID.code().wireName(), null, null, null, null, null, checks);
    }

    private static List<Check> checks(List<Reason> failed) {
        return CHECKS.stream()
                .map(reason -> check(reason, failed.contains(reason)))
                .toList();
    }

    private static Check check(Reason reason, boolean failed) {
        return new Check(reason.code().wireName(), !failed, failed ? reason.detail() : null);
    }
}
