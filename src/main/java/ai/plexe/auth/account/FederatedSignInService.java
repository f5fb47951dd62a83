package ai.plexe.auth.account;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.Role;
import ai.plexe.auth.accesslog.AccessLog;
import ai.plexe.auth.accesslog.Event;
import ai.plexe.auth.account.AccountEvents.Subject;
import ai.plexe.auth.account.FederatedIdentities.Connected;
import ai.plexe.auth.database.Work;
import ai.plexe.auth.id.TimeOrderedId;
import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.session.OpenedSession;
import ai.plexe.auth.session.SessionService;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.hibernate.exception.ConstraintViolationException;

/**
 * What follows when a provider has proved who somebody is. Event loops only.
 *
 * <p>The identity, which is the issuer and the subject, decides whose account it is. An address decides only that somebody
 * new gets an account; where it has one already, that is to be proved first ({@link JoinService}), or whoever runs a
 * provider, or has got an address that was another's, would come into accounts that are not theirs.
 */
@ApplicationScoped
public class FederatedSignInService {

    private final FederatedIdentities identities;
    private final AccountRepository accounts;
    private final AccountUserRepository users;
    private final SignUpService signUps;
    private final SignInService signIns;
    private final SessionService sessions;
    private final IdentityProviders providers;
    private final RequestLimits limits;
    private final AccountEvents events;
    private final AccessLog log;
    private final Clock clock;

    FederatedSignInService(
            FederatedIdentities identities,
            AccountRepository accounts,
            AccountUserRepository users,
            SignUpService signUps,
            SignInService signIns,
            SessionService sessions,
            IdentityProviders providers,
            RequestLimits limits,
            AccountEvents events,
            AccessLog log,
            Clock clock) {
        this.identities = identities;
        this.accounts = accounts;
        this.users = users;
        this.signUps = signUps;
        this.signIns = signIns;
        this.sessions = sessions;
        this.providers = providers;
        this.limits = limits;
        this.events = events;
        this.log = log;
        this.clock = clock;
    }

    /**
     * Who somebody turned out to be.
     *
     * @param user null if nobody's yet
     * @param present whoever has the address, if nobody has the identity; null if nobody
     */
    private record Found(Credentials user, Subject present) {}

    /** Counts a step of signing in with a provider, or fails with {@code rate_limit_exceeded}. */
    public Uni<Void> admit(Client client) {
        return limits.admitFederated(client);
    }

    /**
     * Notes that a provider did not prove who somebody is.
     *
     * @param caller in whose session they went there; null if in none
     */
    public void refused(Event event, Caller caller, ProblemException why, Client client) {
        String outcome = why.code().wireName();
        log.record(
                caller == null
                        ? AccessLog.Entry.ofNobody(event, outcome, client)
                        : AccessLog.Entry.of(event, outcome, caller, null, client));
    }

    /**
     * Opens a session for whoever has this identity, and makes an account for somebody new.
     *
     * @return a failure with {@code email_not_verified}, {@code insufficient_permissions} if nobody can sign up,
     *     {@code rate_limit_exceeded} or {@code temporarily_unavailable}
     */
    public Uni<FederatedSignIn> signIn(ProvedIdentity proved, Client client) {
        Uni<FederatedSignIn> work = Work.inTransaction(() -> find(proved))
                .flatMap(found -> found.user() == null && found.present() == null
                        ? welcome(proved, client)
                        : Uni.createFrom().item(found))
                .flatMap(found -> found.user() == null
                        ? askForProof(found.present(), client)
                        : open(found.user(), proved, client).map(FederatedSignIn::new));
        return work.onFailure()
                .transform(FederatedSignInService::undecided)
                .onFailure(ProblemException.class)
                .invoke(why -> refused(Event.SIGN_IN, null, why, client));
    }

    /**
     * The address is looked for first: whoever got their account by this very identity a moment ago is not found by the
     * address alone.
     */
    private Uni<Found> find(ProvedIdentity proved) {
        Uni<AccountUser> present = FederatedIdentities.hasVerified(proved)
                ? users.ofEmail(proved.email())
                : Uni.createFrom().nullItem();
        return present.map(user -> user == null ? null : Subject.of(user))
                .flatMap(subject -> identities.use(proved).flatMap(userId -> {
                    if (userId != null) {
                        return users.<AccountUser>findById(userId)
                                .onItem()
                                .ifNull()
                                .failWith(() -> new IllegalStateException("their account was deleted meanwhile"))
                                .map(user -> new Found(Credentials.of(user), null));
                    }
                    FederatedIdentities.requireVerified(proved);
                    return Uni.createFrom().item(new Found(null, subject));
                }));
    }

    private Uni<FederatedSignIn> askForProof(Subject present, Client client) {
        events.note(Event.IDENTITY_CONNECT, ProblemCode.REAUTHENTICATION_REQUIRED.wireName(), present, client);
        return Uni.createFrom().item(FederatedSignIn.ACCOUNT_TO_BE_PROVED);
    }

    /** As fresh a proof as the sign-in at the provider was. */
    private Uni<OpenedSession> open(Credentials user, ProvedIdentity proved, Client client) {
        return sessions.open(user.person(), proved.authenticatedAt(), client)
                .invoke(opened -> events.signedIn(Subject.of(user), opened.sessionId(), client))
                .call(opened -> signIns.tellOfNewDevice(opened, user, client));
    }

    /** An account for somebody new; of two who come at once with one address or identity, the second finds the first. */
    private Uni<Found> welcome(ProvedIdentity proved, Client client) {
        signUps.requireOpen();
        return limits.admitSignUp(client)
                .flatMap(admitted -> Work.inTransaction(() -> add(proved)))
                .invoke(owner -> events.done(Event.SIGN_UP, Subject.of(owner), client))
                .map(owner -> new Found(owner, null))
                .onFailure(ConstraintViolationException.class)
                .recoverWithUni(twin -> Work.inTransaction(() -> find(proved)));
    }

    /** Fails as a duplicate if somebody has the address. */
    private Uni<Credentials> add(ProvedIdentity proved) {
        Account account = new Account();
        account.id = TimeOrderedId.next("acc", clock.instant());
        account.name = proved.displayName();
        account.createdAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        AccountUser owner = new AccountUser();
        owner.id = TimeOrderedId.next("usr", clock.instant());
        owner.accountId = account.id;
        owner.email = proved.email();
        owner.emailVerifiedAt = account.createdAt;
        owner.name = account.name;
        owner.role = Role.OWNER.wireName();
        owner.createdAt = account.createdAt;
        return accounts.persistAndFlush(account)
                .chain(() -> users.persistAndFlush(owner))
                .chain(() -> identities.connect(owner, proved))
                .chain(() -> identities.use(proved))
                .replaceWith(() -> Credentials.of(owner));
    }

    /** Connects an identity with the caller, whose proof of identity is recent. */
    public Uni<Void> connect(Caller caller, ProvedIdentity proved, Client client) {
        Uni<Connected> work = Work.inTransaction(() -> users.lock(caller.userId())
                        .onItem()
                        .ifNull()
                        .failWith(ProblemException::sessionEnded)
                        .flatMap(user -> identities.connect(user, proved)))
                .onFailure(ConstraintViolationException.class)
                .transform(twin -> identities.taken(proved));
        return events.noted(work, Event.IDENTITY_CONNECT, caller, client)
                .invoke(connected -> identities.tell(connected, client))
                .replaceWithVoid();
    }

    /** Renews the proof of the caller's session, if the identity that was just proved is the caller's. */
    public Uni<OpenedSession> reauthenticate(Caller caller, ProvedIdentity proved, Client client) {
        Uni<OpenedSession> work = Work.inTransaction(() -> identities.use(proved))
                .invoke(userId -> {
                    if (!caller.userId().equals(userId)) {
                        throw ProblemException.of(
                                ProblemCode.INVALID_CREDENTIALS,
                                "That is another account of " + providers.nameOf(proved.provider())
                                        + " than the one you sign in with.");
                    }
                })
                .chain(() -> sessions.renewProof(caller, proved.authenticatedAt()))
                .onFailure()
                .transform(FederatedSignInService::undecided);
        return events.noted(work, Event.SESSION_REAUTHENTICATE, caller, client);
    }

    private static Throwable undecided(Throwable failure) {
        return failure instanceof ProblemException
                ? failure
                : ProblemException.unavailable("Whether this may sign in could not be told just now.", failure);
    }
}
