package ai.plexe.auth.account;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.accesslog.AccessLog;
import ai.plexe.auth.accesslog.Event;
import ai.plexe.auth.database.Work;
import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.session.OpenedSession;
import ai.plexe.auth.session.SessionService;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * How people prove who they are with a password. Event loops only; no session of the database is open while a hash is
 * computed.
 *
 * <p>Nobody learns who has an account: a try takes the same limits, one look at the table and one hash whether there is
 * such a user or not, and whether or not they have a password. Somebody whose address is not verified is answered like
 * nobody, or whoever signs up with an address and then in would learn whether it had been free.
 */
@ApplicationScoped
class SignInService {

    private static final Logger LOG = Logger.getLogger(SignInService.class);
    private static final ProblemException INVALID = ProblemException.of(
            ProblemCode.INVALID_CREDENTIALS,
            "The e-mail address or the password is wrong, or the address was not confirmed by the mailed link yet.");
    private static final ProblemException WRONG =
            ProblemException.of(ProblemCode.INVALID_CREDENTIALS, "The password is wrong.");

    private final SignInAttempts attempts;
    private final AccountUserRepository users;
    private final PasswordHasher hasher;
    private final SessionService sessions;
    private final Mails mails;
    private final RequestLimits limits;
    private final AccessLog log;
    private final Clock clock;

    SignInService(
            SignInAttempts attempts,
            AccountUserRepository users,
            PasswordHasher hasher,
            SessionService sessions,
            Mails mails,
            RequestLimits limits,
            AccessLog log,
            Clock clock) {
        this.attempts = attempts;
        this.users = users;
        this.hasher = hasher;
        this.sessions = sessions;
        this.mails = mails;
        this.limits = limits;
        this.log = log;
        this.clock = clock;
    }

    /**
     * A try, as the access log tells it.
     *
     * @param accountId null as long as unknown
     * @param userId null as long as unknown
     * @param sessionId of the session it was made in; null if in none
     */
    private record Try(Event event, String accountId, String userId, String sessionId, Client client) {

        static Try toSignIn(Credentials user, Client client) {
            return user == null
                    ? new Try(Event.SIGN_IN, null, null, null, client)
                    : new Try(Event.SIGN_IN, user.accountId(), user.userId(), null, client);
        }

        static Try toReauthenticate(Caller caller, Client client) {
            return new Try(
                    Event.SESSION_REAUTHENTICATE, caller.accountId(), caller.userId(), caller.sessionId(), client);
        }

        AccessLog.Entry with(String outcome, String session) {
            return AccessLog.Entry.ofUser(event, outcome, accountId, userId, session, client);
        }
    }

    /**
     * Opens a session for whoever has this password.
     *
     * @param name as {@link SignInName} has it
     * @return a failure with {@code invalid_credentials}, {@code rate_limit_exceeded} or {@code temporarily_unavailable}
     */
    Uni<SignedIn> signIn(String name, String password, Client client) {
        return signIn(name, password, client, user -> Uni.createFrom().voidItem());
    }

    /**
     * The same, with something to be done once the password has proved who it is.
     *
     * @param proved fails if there shall be no session
     */
    Uni<SignedIn> signIn(String name, String password, Client client, Function<Credentials, Uni<Void>> proved) {
        Uni<Credentials> found =
                admit(name, client).flatMap(admitted -> Work.inSession(() -> users.credentialsOf(name)));
        return refusalNoted(found, Try.toSignIn(null, client)).flatMap(user -> {
            Uni<OpenedSession> work = prove(user, password)
                    .onItem()
                    .transformToUni(matched -> user.emailVerified()
                            ? proved.apply(user).chain(() -> sessions.open(user.person(), client))
                            : Uni.createFrom().failure(INVALID));
            return noted(work, Try.toSignIn(user, client))
                    .call(() -> settle(name, user, password))
                    .call(opened -> tellOfNewDevice(opened, user, client))
                    .map(opened -> new SignedIn(opened, user));
        });
    }

    /** Renews the proof of the caller's session, for whoever has the password of the caller. */
    Uni<SignedIn> reauthenticate(Caller caller, String password, Client client) {
        Uni<Credentials> known = Work.inSession(() -> users.credentialsOf(caller))
                .onItem()
                .ifNull()
                .failWith(ProblemException::sessionEnded);
        return refusalNoted(known, Try.toReauthenticate(caller, client)).flatMap(user -> {
            String name = SignInName.of(user.email());
            Uni<OpenedSession> work = admit(name, client)
                    .flatMap(admitted -> prove(user, password))
                    .onFailure(failure -> failure == INVALID)
                    .transform(wrong -> WRONG)
                    .flatMap(proved -> sessions.renewProof(caller));
            return noted(work, Try.toReauthenticate(caller, client))
                    .call(() -> settle(name, user, password))
                    .map(renewed -> new SignedIn(renewed, user));
        });
    }

    private Uni<Void> admit(String name, Client client) {
        return attempts.admit(name, client.address()).flatMap(admission -> {
            if (admission.passes()) {
                return Uni.createFrom().voidItem();
            }
            Uni<Void> told = admission.locksUser()
                    ? tellOfLock(name, client)
                    : Uni.createFrom().voidItem();
            return told.onItem().failWith(() -> tooMany(admission.delay()));
        });
    }

    private ProblemException tooMany(Duration delay) {
        return ProblemException.rateLimited(
                "There were too many tries to sign in. Wait, or let a link to a new password be mailed to you.",
                clock.instant().plus(delay).truncatedTo(ChronoUnit.MILLIS),
                delay);
    }

    /** Looks for the user whether or not there is one, so that the answer takes as long. */
    private Uni<Void> tellOfLock(String name, Client client) {
        return Work.inSession(() -> users.credentialsOf(name))
                .invoke(user -> {
                    if (user != null && user.emailVerified()) {
                        mails.locked(user.email(), user.name(), client);
                    }
                })
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> leftUndone("telling a user of the lock", failure));
    }

    /** Takes one hash, whoever it is. */
    private Uni<Void> prove(Credentials user, String password) {
        return hasher.verify(password, user == null ? null : user.passwordHash())
                .flatMap(matches ->
                        matches ? Uni.createFrom().voidItem() : Uni.createFrom().failure(INVALID));
    }

    /** What follows from a right password; whoever has it comes in even where that can't be done. */
    private Uni<Void> settle(String name, Credentials user, String password) {
        return attempts.forgive(name)
                .onFailure()
                .recoverWithUni(failure -> leftUndone("forgetting tries to sign in", failure))
                .chain(() -> rehash(user, password))
                .onFailure()
                .recoverWithUni(failure -> leftUndone("hashing a password anew", failure));
    }

    private Uni<Void> rehash(Credentials user, String password) {
        return hasher.needsRehash(user.passwordHash())
                ? hasher.hash(password)
                        .flatMap(hash -> Work.inTransaction(() -> users.rehash(user, hash)))
                        .replaceWithVoid()
                : Uni.createFrom().voidItem();
    }

    Uni<Void> tellOfNewDevice(OpenedSession opened, Credentials user, Client client) {
        if (!opened.newDevice()) {
            return Uni.createFrom().voidItem();
        }
        return limits.mayTellOfDevice(user.email())
                .invoke(mayMail -> {
                    if (mayMail) {
                        mails.newDevice(user.email(), user.name(), client);
                    }
                })
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> leftUndone("telling a user of a new device", failure));
    }

    private Uni<OpenedSession> noted(Uni<OpenedSession> work, Try what) {
        return refusalNoted(work, what).invoke(opened -> log.record(what.with("ok", opened.sessionId())));
    }

    private <T> Uni<T> refusalNoted(Uni<T> work, Try what) {
        return work.onFailure()
                .transform(SignInService::undecided)
                .onFailure(ProblemException.class)
                .invoke(problem -> log.record(what.with(problem.code().wireName(), what.sessionId())));
    }

    private static Throwable undecided(Throwable failure) {
        return failure instanceof ProblemException
                ? failure
                : ProblemException.unavailable("Whether this may sign in could not be told just now.", failure);
    }

    private static Uni<Void> leftUndone(String what, Throwable failure) {
        LOG.warnf("left undone: %s: %s", what, failure);
        return Uni.createFrom().voidItem();
    }
}
