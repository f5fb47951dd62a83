package ai.plexe.auth.gate;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.apikey.ApiKeySecret;
import ai.plexe.auth.apikey.ApiKeyVerifier;
import ai.plexe.auth.apikey.Grant;
import ai.plexe.auth.apikey.Presented;
import ai.plexe.auth.apikey.Reason;
import ai.plexe.auth.apikey.Verdict;
import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Lets a program with an API key in as a {@link Caller}, or refuses it with the problem that its verdict means. Event loops only. */
@ApplicationScoped
class Gatekeeper {

    static final String HEADER = "x-api-key";
    private static final ProblemException MISSING_OR_MALFORMED =
            ProblemException.of(Reason.INVALID.code(), "Send exactly one well-formed API key in the header x-api-key.");

    private static final ProblemException NO_SESSION =
            ProblemException.of(ProblemCode.INVALID_SESSION, "This takes a person with a session: sign in first.");
    private static final ProblemException NO_PERSON = ProblemException.of(
            ProblemCode.INSUFFICIENT_PERMISSIONS, "This takes a person with a session, not an API key.");

    private final ApiKeyVerifier verifier;
    private final Clock clock;
    private final Outcomes outcomes;

    Gatekeeper(ApiKeyVerifier verifier, Outcomes outcomes, Clock clock) {
        this.verifier = verifier;
        this.outcomes = outcomes;
        this.clock = clock;
    }

    /**
     * Judges the request's API key and sets the headers that tell its quota.
     *
     * @param need where a service key will do, one below its level is judged a second time
     * @return the caller, or a {@link ProblemException}
     */
    Uni<Caller> admit(HttpServerRequest request, Client client, Need need) {
        ApiKeySecret secret = shown(request);
        if (secret == null) {
            ProblemException missing =
                    need.sessionOnly() && !request.headers().contains(HEADER) ? NO_SESSION : MISSING_OR_MALFORMED;
            outcomes.refused(missing.code());
            return Uni.createFrom().failure(missing);
        }
        Presented presented = new Presented(secret.digest(), need.level(), client.address(), 1, null, false);
        Uni<Verdict> verdict = verifier.verifyOfClient(presented);
        return (need.orService() ? verdict.flatMap(first -> againIfService(first, presented)) : verdict)
                .onFailure()
                .transform(this::undecided)
                .map(last -> caller(last, request, need));
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

    private Caller caller(Verdict verdict, HttpServerRequest request, Need need) {
        if (verdict instanceof Verdict.Accepted admitted) {
            QuotaHeaders.set(admitted.quota(), clock, request.response());
            if (need.sessionOnly()) {
                outcomes.refused(NO_PERSON.code());
                throw NO_PERSON;
            }
            outcomes.accepted();
            Grant grant = admitted.grant();
            return Caller.program(grant.accountId(), grant.keyId(), grant.level(), grant.service());
        }
        Verdict.Rejected refused = (Verdict.Rejected) verdict;
        outcomes.refused(refused.reason().code());
        if (refused.quota() != null) {
            QuotaHeaders.set(refused.quota(), clock, request.response());
        }
        throw problem(refused, need.level());
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
        outcomes.undecided();
        return failure instanceof ProblemException
                ? failure
                : ProblemException.unavailable("The API key could not be checked just now.", failure);
    }
}
