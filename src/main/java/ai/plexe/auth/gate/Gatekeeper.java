package ai.plexe.auth.gate;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.accesslog.AccessLog;
import ai.plexe.auth.accesslog.Event;
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
    private final AccessLog log;

    Gatekeeper(ApiKeyVerifier verifier, Outcomes outcomes, AccessLog log, Clock clock) {
        this.verifier = verifier;
        this.outcomes = outcomes;
        this.log = log;
        this.clock = clock;
    }

    /**
     * Judges the request's API key and sets the headers that tell its quota.
     *
     * @return the caller, or a {@link ProblemException}
     */
    Uni<Caller> admit(HttpServerRequest request, Client client, Need need) {
        ApiKeySecret secret = shown(request);
        if (secret == null) {
            ProblemException missing =
                    need.sessionOnly() && !request.headers().contains(HEADER) ? NO_SESSION : MISSING_OR_MALFORMED;
            outcomes.refused(missing.code());
            logUnknown(missing, client);
            return Uni.createFrom().failure(missing);
        }
        PermissionLevel needed = need.sessionOnly() ? null : need.level();
        Presented presented =
                new Presented(secret.digest(), needed, need.orService(), Event.KEY_USE, client, 1, null, false);
        return verifier.verifyOfClient(presented)
                .onFailure()
                .transform(this::undecided)
                .onFailure()
                .invoke(undecided -> logUnknown(undecided, client))
                .map(verdict -> caller(verdict, request, need));
    }

    private void logUnknown(Throwable failure, Client client) {
        log.record(AccessLog.Entry.ofNobody(
                Event.KEY_USE, ProblemException.codeOf(failure).wireName(), client));
    }

    private static ApiKeySecret shown(HttpServerRequest request) {
        List<String> values = request.headers().getAll(HEADER);
        return values.size() == 1 ? ApiKeySecret.parse(values.get(0)) : null;
    }

    private Caller caller(Verdict verdict, HttpServerRequest request, Need need) {
        if (verdict instanceof Verdict.Accepted admitted) {
            QuotaHeaders.set(admitted.quota(), clock, request.response());
            outcomes.accepted();
            Grant grant = admitted.grant();
            return Caller.program(grant.accountId(), grant.keyId(), grant.level(), grant.service());
        }
        Verdict.Rejected refused = (Verdict.Rejected) verdict;
        outcomes.refused(refused.reason().code());
        if (refused.quota() != null) {
            QuotaHeaders.set(refused.quota(), clock, request.response());
        }
        throw need.sessionOnly() && refused.reason() == Reason.LEVEL ? NO_PERSON : problem(refused, need.level());
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
