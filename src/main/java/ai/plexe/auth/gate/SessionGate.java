package ai.plexe.auth.gate;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.accesslog.AccessLog;
import ai.plexe.auth.accesslog.Event;
import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.session.LiveSession;
import ai.plexe.auth.session.Origins;
import ai.plexe.auth.session.PresentedToken;
import ai.plexe.auth.session.SessionConfig;
import ai.plexe.auth.session.SessionCookie;
import ai.plexe.auth.session.SessionService;
import io.smallrye.mutiny.Uni;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;

/** Lets a person in whose session lives, or refuses with the problem that says why. Event loops only. */
@ApplicationScoped
class SessionGate {

    private static final ProblemException CROSS_SITE = ProblemException.of(
            ProblemCode.CROSS_SITE_REQUEST,
            "A session's cookie changes something only from a page of this service. Programs send the token as"
                    + " Authorization: Bearer.");

    private static final ProblemException FOREIGN =
            ProblemException.of(ProblemCode.CROSS_SITE_REQUEST, "This was sent by a page of another site.");

    private final SessionService sessions;
    private final SessionCookie cookie;
    private final Origins origins;
    private final Outcomes outcomes;
    private final AccessLog log;
    private final Duration recentProof;
    private final Clock clock;

    SessionGate(
            SessionService sessions,
            SessionCookie cookie,
            Origins origins,
            Outcomes outcomes,
            AccessLog log,
            SessionConfig config,
            Clock clock) {
        this.sessions = sessions;
        this.cookie = cookie;
        this.origins = origins;
        this.outcomes = outcomes;
        this.log = log;
        this.recentProof = config.session().recentProof();
        this.clock = clock;
    }

    /** The token that the request shows; null if none. */
    PresentedToken shown(HttpServerRequest request) {
        MultiMap headers = request.headers();
        return headers.contains(HttpHeaders.AUTHORIZATION) || headers.contains(HttpHeaders.COOKIE)
                ? PresentedToken.of(
                        headers.getAll(HttpHeaders.AUTHORIZATION), headers.getAll(HttpHeaders.COOKIE), cookie.name())
                : null;
    }

    /**
     * Judges the request's session.
     *
     * @return the caller, or a {@link ProblemException}
     */
    Uni<Caller> admit(RoutingContext routing, Client client, PresentedToken token, Need need) {
        return Uni.createFrom()
                .deferred(() -> {
                    refuseForeign(routing, token, client);
                    return sessions.use(token.text(), client);
                })
                .invoke(session -> routing.put(LiveSession.class.getName(), session))
                .map(session -> caller(session, need, client))
                .onFailure()
                .transform(this::counted)
                .invoke(caller -> {
                    outcomes.accepted();
                    log.record(AccessLog.Entry.of(Event.SESSION_USE, "ok", caller, null, client));
                });
    }

    /**
     * Refuses what a page of another site has a browser send.
     *
     * @throws ProblemException {@code cross_site_request}
     */
    void refuseForeign(RoutingContext routing, Client client) {
        if (origins.isForeign(routing.request()) && !OriginalRequest.of(routing).isReading()) {
            throw logged(FOREIGN, client);
        }
    }

    private void refuseForeign(RoutingContext routing, PresentedToken token, Client client) {
        if (token.byCookie()
                && !origins.isOwn(routing.request())
                && !OriginalRequest.of(routing).isReading()) {
            throw logged(CROSS_SITE, client);
        }
    }

    private ProblemException logged(ProblemException refusal, Client client) {
        log.record(AccessLog.Entry.ofNobody(Event.SESSION_USE, refusal.code().wireName(), client));
        return refusal;
    }

    private Caller caller(LiveSession session, Need need, Client client) {
        Caller caller = Caller.person(session.accountId(), session.userId(), session.sessionId(), session.role());
        ProblemException refusal = refusal(session, need);
        if (refusal != null) {
            log.record(AccessLog.Entry.of(Event.SESSION_USE, refusal.code().wireName(), caller, null, client));
            throw refusal;
        }
        return caller;
    }

    /** Why a session that lives may not do this; null if it may. */
    private ProblemException refusal(LiveSession session, Need need) {
        if (!session.role().level().covers(need.level())) {
            return ProblemException.insufficientPermissions(
                    need.level().wireName(), "Your role in the account does not allow this.");
        }
        if (need.recentProof() && session.authenticatedAt().plus(recentProof).isBefore(clock.instant())) {
            return ProblemException.of(
                    ProblemCode.REAUTHENTICATION_REQUIRED,
                    "This needs a recent proof of identity: POST /auth/session/reauthenticate.");
        }
        return null;
    }

    private Throwable counted(Throwable failure) {
        if (failure instanceof ProblemException problem) {
            outcomes.refused(problem.code());
            return problem;
        }
        outcomes.undecided();
        return ProblemException.unavailable("The session could not be checked just now.", failure);
    }
}
