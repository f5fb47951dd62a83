package ai.plexe.auth.session;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.accesslog.AccessLog;
import ai.plexe.auth.accesslog.Event;
import ai.plexe.auth.database.BackgroundWork;
import ai.plexe.auth.database.Work;
import ai.plexe.auth.id.TimeOrderedId;
import ai.plexe.auth.paging.PageRequest;
import ai.plexe.auth.paging.PageRequest.Slice;
import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * The life of sessions. Redis says which live; PostgreSQL remembers them, and which were ended. A session ends in Redis before
 * its row says so and before anybody is told, so it ends on every instance at once. Event loops only.
 */
@ApplicationScoped
public class SessionService {

    private static final Duration JUST_SIGNED_UP = Duration.ofHours(1);
    private static final Duration REMEMBERED = Duration.ofDays(30);
    private static final long SWEEP_MS = Duration.ofMinutes(10).toMillis();
    private static final int SWEPT_AT_ONCE = 1000;

    /** Beyond so many the oldest end, or ending all of a user's would take too long for one transaction. */
    private static final int MOST_PER_USER = 100;

    private static final ProblemException ENDED = ProblemException.sessionEnded();

    private final ConsoleSessionRepository repository;
    private final LiveSessions live;
    private final SessionToken tokens;
    private final SessionConfig.Session config;
    private final BackgroundWork background;
    private final AccessLog log;
    private final Vertx vertx;
    private final Clock clock;
    private long timer;

    SessionService(
            ConsoleSessionRepository repository,
            LiveSessions live,
            SessionToken tokens,
            SessionConfig config,
            BackgroundWork background,
            AccessLog log,
            Vertx vertx,
            Clock clock) {
        this.repository = repository;
        this.live = live;
        this.tokens = tokens;
        this.config = config.session();
        this.background = background;
        this.log = log;
        this.vertx = vertx;
        this.clock = clock;
    }

    void start(@Observes StartupEvent event) {
        timer = vertx.setPeriodic(SWEEP_MS, elapsed -> background.begin("sweeping sessions", this::sweep));
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
    }

    /**
     * Opens a session for a person whose identity is proved. To be called outside of any transaction: it makes its own, in
     * which the user's credentials are kept as they are.
     *
     * @param provedAt when they proved it, be it to somebody else
     * @return a failure with {@code invalid_credentials} if the credentials have changed meanwhile
     */
    public Uni<OpenedSession> open(Person person, Instant provedAt, Client client) {
        ConsoleSession session = row(person, client);
        Instant authenticatedAt = provedAt.isBefore(session.createdAt) ? provedAt : session.createdAt;
        return Work.inTransaction(() -> repository
                        .holdCredentials(person)
                        .invoke(held -> {
                            if (!held) {
                                throw ProblemException.of(
                                        ProblemCode.INVALID_CREDENTIALS,
                                        "The password was changed meanwhile. Sign in with the new one.");
                            }
                        })
                        .chain(() -> repository.isNewDevice(
                                person.userId(), client.userAgent(), session.createdAt.minus(JUST_SIGNED_UP)))
                        .call(() -> repository.persistAndFlush(session))
                        .call(() -> repository
                                .lockBeyond(MOST_PER_USER, person.userId(), session.createdAt)
                                .flatMap(this::end))
                        .call(() -> live.open(session, person.role(), authenticatedAt)))
                .map(newDevice -> new OpenedSession(
                        tokens.mint(person, session.id, authenticatedAt, session.expiresAt),
                        session.id,
                        session.expiresAt,
                        idleExpiresAt(session.createdAt, session.expiresAt),
                        newDevice));
    }

    /** The same for a person whose identity has just been proved. */
    public Uni<OpenedSession> open(Person person, Client client) {
        return open(person, clock.instant(), client);
    }

    /**
     * Notes that the person behind this session has proved their identity again: same session, new token.
     *
     * @param provedAt when they proved it, be it to somebody else; an older proof than the session has leaves it as it is
     */
    public Uni<OpenedSession> renewProof(Caller caller, Instant provedAt) {
        Instant now = now();
        Instant authenticatedAt = provedAt.isBefore(now) ? provedAt : now;
        return live.prove(caller.sessionId(), authenticatedAt)
                .onItem()
                .ifNull()
                .failWith(ENDED)
                .map(expiresAt -> new OpenedSession(
                        tokens.mint(person(caller), caller.sessionId(), authenticatedAt, expiresAt),
                        caller.sessionId(),
                        expiresAt,
                        idleExpiresAt(now, expiresAt),
                        false));
    }

    /** The same for a person who has just done so. */
    public Uni<OpenedSession> renewProof(Caller caller) {
        return renewProof(caller, clock.instant());
    }

    /**
     * Who has this token, if its session lives. The use winds the session up.
     *
     * @return a failure with {@code invalid_session} or {@code session_expired}
     */
    public Uni<LiveSession> use(String token, Client client) {
        SessionToken.Claims claims;
        try {
            claims = tokens.read(token);
        } catch (ProblemException e) {
            refused(e, null, client);
            throw e;
        }
        return live.use(claims.sessionId())
                .flatMap(use -> {
                    if (use == null) {
                        return whyDead(claims).flatMap(dead -> Uni.createFrom().failure(dead));
                    }
                    if (!use.userId().equals(claims.userId())
                            || !use.accountId().equals(claims.accountId())) {
                        return Uni.createFrom().failure(ENDED);
                    }
                    if (use.told()) {
                        background.begin("noting a session's use", () -> noteUse(claims.sessionId(), client));
                    }
                    return Uni.createFrom().item(live(claims, use));
                })
                .onFailure(ProblemException.class)
                .invoke(problem -> refused(problem, claims, client));
    }

    private LiveSession live(SessionToken.Claims claims, LiveSessions.Use use) {
        return new LiveSession(
                claims.sessionId(),
                use.accountId(),
                use.userId(),
                use.role(),
                use.authenticatedAt(),
                now(),
                claims.expiresAt());
    }

    /** Leaves an event for the access log; of a token that is none of ours, the claims are null. */
    private void refused(ProblemException problem, SessionToken.Claims claims, Client client) {
        String outcome = problem.code().wireName();
        log.record(
                claims == null
                        ? AccessLog.Entry.ofNobody(Event.SESSION_USE, outcome, client)
                        : AccessLog.Entry.ofUser(
                                Event.SESSION_USE,
                                outcome,
                                claims.accountId(),
                                claims.userId(),
                                claims.sessionId(),
                                client));
    }

    private Uni<ProblemException> whyDead(SessionToken.Claims claims) {
        return Work.inSession(() -> repository.findById(claims.sessionId()))
                .map(row -> row != null && row.endedAt == null ? SessionToken.EXPIRED : ENDED);
    }

    private Uni<Void> noteUse(String sessionId, Client client) {
        Instant now = now();
        return Work.inTransaction(() -> repository.noteUse(sessionId, now, client))
                .replaceWithVoid();
    }

    /** The user's sessions that live, as far as is known without asking Redis about each, oldest first. */
    Uni<Slice<ConsoleSession>> list(Caller caller, PageRequest page) {
        return Work.inSession(
                        () -> repository.living(caller.userId(), page.after(), page.fetched(), now(), config.idle()))
                .map(fetched -> page.slice(fetched, session -> session.id));
    }

    /**
     * Ends a session of the user's, on every instance before it is done; one that has ended already stays ended.
     *
     * @return a failure with {@code not_found} if the user has none of that id
     */
    Uni<Void> end(Caller caller, String sessionId, Client client) {
        return end(caller, sessionId, Event.SESSION_END, client);
    }

    /** Ends the session that has this token; one that is none, or has ended, is left at that. */
    Uni<Void> endByToken(String token, Client client) {
        SessionToken.Claims claims = tokens.readOrNull(token);
        if (claims == null) {
            return Uni.createFrom().voidItem();
        }
        Caller holder = new Caller(
                claims.accountId(), null, claims.userId(), claims.sessionId(), null, PermissionLevel.READ_ONLY, false);
        return end(holder, claims.sessionId(), Event.SIGN_OUT, client)
                .onFailure(failure ->
                        failure instanceof ProblemException problem && problem.code() == ProblemCode.NOT_FOUND)
                .recoverWithNull();
    }

    /** Ends all of the user's sessions but the caller's own. */
    Uni<Void> endOthers(Caller caller, Client client) {
        Uni<Void> work = Work.inTransaction(() -> endAll(caller.userId(), caller.sessionId()));
        return log.noted(work, Event.SESSION_END, caller, client, null);
    }

    private Uni<Void> end(Caller caller, String sessionId, Event event, Client client) {
        Uni<Void> work = Work.inTransaction(() -> repository
                .lock(caller.userId(), sessionId)
                .onItem()
                .ifNull()
                .failWith(() -> ProblemException.notFound("session"))
                .flatMap(session -> end(List.of(session))));
        return log.noted(work, event, caller, client, sessionId);
    }

    /**
     * Ends a user's sessions, on every instance before it is done. To be called within a transaction; one that has locked the
     * user's row for update lets no session be opened meanwhile.
     *
     * @param exceptSessionId the one to leave alive; null for none
     */
    public Uni<Void> endAll(String userId, String exceptSessionId) {
        return repository
                .lockUnended(userId, now())
                .flatMap(sessions -> end(sessions.stream()
                        .filter(session -> !session.id.equals(exceptSessionId))
                        .toList()));
    }

    /** Within a transaction that has locked the rows. */
    private Uni<Void> end(List<ConsoleSession> sessions) {
        Instant now = now();
        return Multi.createFrom()
                .iterable(sessions)
                .onItem()
                .transformToUniAndConcatenate(session -> live.end(session.id).invoke(() -> {
                    if (session.endedAt == null) {
                        session.endedAt = now;
                    }
                }))
                .collect()
                .last()
                .onFailure()
                .transform(failure ->
                        ProblemException.unavailable("The session could not be ended everywhere just now.", failure))
                .chain(repository::flush);
    }

    private Uni<Void> sweep() {
        return Work.inTransaction(() -> repository.sweep(now().minus(REMEMBERED), SWEPT_AT_ONCE))
                .replaceWithVoid();
    }

    private ConsoleSession row(Person person, Client client) {
        ConsoleSession session = new ConsoleSession();
        Instant now = now();
        session.id = TimeOrderedId.next("ses", now);
        session.accountId = person.accountId();
        session.userId = person.userId();
        session.createdAt = now;
        session.lastSeenAt = now;
        // Tokens tell their end in whole seconds.
        session.expiresAt = now.plus(config.max()).truncatedTo(ChronoUnit.SECONDS);
        session.address = client.address() == null ? null : client.address().toString();
        session.userAgent = client.userAgent();
        return session;
    }

    private static Person person(Caller caller) {
        return new Person(caller.accountId(), caller.userId(), caller.role(), 0);
    }

    Instant idleExpiresAt(Instant lastUse, Instant expiresAt) {
        Instant idle = lastUse.plus(config.idle());
        return idle.isBefore(expiresAt) ? idle : expiresAt;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
