package ai.plexe.auth.account;

import ai.plexe.auth.access.Client;
import ai.plexe.auth.accesslog.Event;
import ai.plexe.auth.account.AccountEvents.Subject;
import ai.plexe.auth.database.Work;
import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.session.SessionService;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.hibernate.exception.ConstraintViolationException;

/**
 * How somebody whose address has an account already gets to sign in to it with a provider: they prove the account, by its
 * password or by a link that is mailed to it and works in the browser that began. Event loops only.
 */
@ApplicationScoped
class JoinService {

    private final FederatedIdentities identities;
    private final AccountUserRepository users;
    private final SignInService signIns;
    private final SessionService sessions;
    private final IdentityProviders providers;
    private final MailLinks links;
    private final Mails mails;
    private final RequestLimits limits;
    private final AccountEvents events;
    private final Clock clock;

    JoinService(
            FederatedIdentities identities,
            AccountUserRepository users,
            SignInService signIns,
            SessionService sessions,
            IdentityProviders providers,
            MailLinks links,
            Mails mails,
            RequestLimits limits,
            AccountEvents events,
            Clock clock) {
        this.identities = identities;
        this.users = users;
        this.signIns = signIns;
        this.sessions = sessions;
        this.providers = providers;
        this.links = links;
        this.mails = mails;
        this.limits = limits;
        this.events = events;
        this.clock = clock;
    }

    /** Connects the identity with the account of its address, whose password this is, and signs in. */
    Uni<SignedIn> byPassword(ProvedIdentity proved, String password, Client client) {
        return signIns.signIn(SignInName.of(proved.email()), password, client, user -> connect(user, proved, client));
    }

    private Uni<Void> connect(Credentials user, ProvedIdentity proved, Client client) {
        Uni<Credentials> work = Work.inTransaction(() -> users.lock(user.userId())
                .onItem()
                .ifNull()
                .failWith(ProblemException::sessionEnded)
                .invoke(locked -> requireUnchanged(locked, user))
                .call(locked -> identities.connect(locked, proved))
                .map(Credentials::of));
        return noted(work, proved, client).replaceWithVoid();
    }

    /** A password that was changed while it was being compared proves nothing any more. */
    private static void requireUnchanged(AccountUser locked, Credentials proved) {
        if (locked.credentialsVersion != proved.version()) {
            throw ProblemException.of(
                    ProblemCode.INVALID_CREDENTIALS, "Your password or address was changed meanwhile. Sign in again.");
        }
    }

    /** Mails the link to the account. */
    Uni<Void> mailLink(ProvedIdentity proved, Client client) {
        String provider = providers.nameOf(proved.provider());
        return limits.admitForgotten(client)
                .flatMap(admitted -> limits.mayMailJoin(proved.email()))
                .flatMap(mayMail -> mayMail
                        ? Work.inTransaction(() -> users.ofEmail(proved.email())
                                .onItem()
                                .ifNull()
                                .failWith(JoinService::gone)
                                .flatMap(user -> links.make(user.id, MailLinkPurpose.CONNECT_IDENTITY, user.email)
                                        .invoke(link -> mails.connectIdentity(user.email, provider, link))))
                        : Uni.createFrom().nullItem())
                .replaceWithVoid();
    }

    /** Connects the identity with the account that was mailed this link, and signs in. */
    Uni<SignedIn> byLink(ProvedIdentity proved, String token, Client client) {
        Uni<Credentials> work =
                limits.admitLink(client).flatMap(admitted -> Work.inTransaction(() -> join(proved, token)));
        return noted(work, proved, client)
                .flatMap(user -> sessions.open(user.person(), client)
                        .invoke(opened -> events.signedIn(Subject.of(user), opened.sessionId(), client))
                        .map(opened -> new SignedIn(opened, user)));
    }

    private Uni<Credentials> join(ProvedIdentity proved, String token) {
        return links.userOf(token, MailLinkPurpose.CONNECT_IDENTITY)
                .flatMap(users::lock)
                .onItem()
                .ifNull()
                .failWith(MailLinks::noSuchLink)
                .call(user -> links.take(token, MailLinkPurpose.CONNECT_IDENTITY)
                        .invoke(email -> requireSame(email, user, proved)))
                .call(user -> user.emailVerifiedAt == null
                        ? claim(user)
                        : Uni.createFrom().voidItem())
                .call(user -> identities.connect(user, proved))
                .map(Credentials::of);
    }

    private static void requireSame(String mailedTo, AccountUser user, ProvedIdentity proved) {
        if (!user.email.equals(mailedTo) || !user.email.equalsIgnoreCase(proved.email())) {
            throw MailLinks.noSuchLink();
        }
    }

    /**
     * Whoever signed up with an address that they never verified need not be who has it: their password, and what they asked
     * for, counts no more.
     */
    private Uni<Void> claim(AccountUser user) {
        user.emailVerifiedAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        user.passwordHash = null;
        user.credentialsVersion++;
        return users.flush()
                .chain(() -> links.end(user.id, MailLinkPurpose.values()))
                .chain(() -> sessions.endAll(user.id, null));
    }

    private Uni<Credentials> noted(Uni<Credentials> work, ProvedIdentity proved, Client client) {
        Uni<Credentials> decided =
                work.onFailure(ConstraintViolationException.class).transform(twin -> identities.taken(proved));
        return events.failureNoted(decided, Event.IDENTITY_CONNECT, client).invoke(user -> {
            events.done(Event.IDENTITY_CONNECT, Subject.of(user), client);
            mails.identityConnected(user.email(), user.name(), providers.nameOf(proved.provider()), client);
        });
    }

    private static ProblemException gone() {
        return ProblemException.of(ProblemCode.CONFLICT, "The account has another address now. Sign in again.");
    }
}
