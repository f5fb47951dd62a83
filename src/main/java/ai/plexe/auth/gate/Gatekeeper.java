package ai.plexe.auth.gate;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.apikey.ApiKeySecret;
import ai.plexe.auth.apikey.ApiKeyVerifier;
import ai.plexe.auth.apikey.Grant;
import ai.plexe.auth.apikey.Presented;
import ai.plexe.auth.apikey.Reason;
import ai.plexe.auth.apikey.Verdict;
import ai.plexe.auth.problem.ProblemException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Lets a request in as a {@link Caller}, or refuses it with the problem that its verdict means. Event loops only. */
@ApplicationScoped
class Gatekeeper {

    private static final String HEADER = "x-api-key";
    private static final ProblemException MISSING_OR_MALFORMED =
            ProblemException.of(Reason.INVALID.code(), "Send exactly one well-formed API key in the header x-api-key.");

    private final ApiKeyVerifier verifier;
    private final ClientAddress clientAddress;
    private final Clock clock;
    private final Counter accepted;
    private final Map<Reason, Counter> rejected = new EnumMap<>(Reason.class);
    private final Counter undecided;

    Gatekeeper(ApiKeyVerifier verifier, ClientAddress clientAddress, Clock clock, MeterRegistry metrics) {
        this.verifier = verifier;
        this.clientAddress = clientAddress;
        this.clock = clock;
        this.accepted = outcomes(metrics, "valid");
        this.undecided = outcomes(metrics, "undecided");
        for (Reason reason : Reason.values()) {
            rejected.put(reason, outcomes(metrics, reason.code().wireName()));
        }
    }

    private static Counter outcomes(MeterRegistry metrics, String outcome) {
        return Counter.builder("plexe.verifications")
                .description("Requests judged at the gate")
                .tag("outcome", outcome)
                .register(metrics);
    }

    /**
     * Judges the request's API key and sets the headers that tell its quota.
     *
     * @param orService whether a service key of any level will do; one below {@code needed} is judged a second time
     * @return the caller, or a {@link ProblemException}
     */
    Uni<Caller> admit(HttpServerRequest request, PermissionLevel needed, boolean orService) {
        ApiKeySecret secret = shown(request);
        if (secret == null) {
            rejected.get(Reason.INVALID).increment();
            return Uni.createFrom().failure(MISSING_OR_MALFORMED);
        }
        Presented presented = new Presented(secret.digest(), needed, clientAddress.of(request), 1, null, false);
        Uni<Verdict> verdict = verifier.verifyOfClient(presented);
        return (orService ? verdict.flatMap(first -> againIfService(first, presented)) : verdict)
                .onFailure()
                .transform(this::undecided)
                .map(last -> caller(last, request, needed));
    }

    private Uni<Verdict> againIfService(Verdict first, Presented presented) {
        return isServiceBelow(first)
                ? verifier.verifyOfClient(presented.withNeeded(PermissionLevel.READ_ONLY))
                : Uni.createFrom().item(first);
    }

    private static boolean isServiceBelow(Verdict verdict) {
        return verdict instanceof Verdict.Rejected refused
                && refused.reason() == Reason.LEVEL
                && refused.grant().service();
    }

    private static ApiKeySecret shown(HttpServerRequest request) {
        List<String> values = request.headers().getAll(HEADER);
        return values.size() == 1 ? ApiKeySecret.parse(values.get(0)) : null;
    }

    private Caller caller(Verdict verdict, HttpServerRequest request, PermissionLevel needed) {
        if (verdict instanceof Verdict.Accepted admitted) {
            accepted.increment();
            QuotaHeaders.set(admitted.quota(), clock, request.response());
            Grant grant = admitted.grant();
            return Caller.program(grant.accountId(), grant.keyId(), grant.level(), grant.service());
        }
        Verdict.Rejected refused = (Verdict.Rejected) verdict;
        rejected.get(refused.reason()).increment();
        if (refused.quota() != null) {
            QuotaHeaders.set(refused.quota(), clock, request.response());
        }
        throw problem(refused, needed);
    }

    private ProblemException problem(Verdict.Rejected refused, PermissionLevel needed) {
        Reason reason = refused.reason();
        return switch (reason) {
            case LEVEL -> ProblemException.insufficientPermissions(needed.wireName(), reason.detail());
            case LIMIT, FAILED_ATTEMPTS ->
                ProblemException.rateLimited(
                        reason.detail(),
                        clock.instant().plus(refused.retryAfter()).truncatedTo(ChronoUnit.MILLIS),
                        refused.retryAfter());
            default -> ProblemException.of(reason.code(), reason.detail());
        };
    }

    private Throwable undecided(Throwable failure) {
        undecided.increment();
        return failure instanceof ProblemException
                ? failure
                : ProblemException.unavailable("The API key could not be checked just now.", failure);
    }
}
