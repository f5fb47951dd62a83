package ai.plexe.auth.account;

import ai.plexe.auth.access.Client;
import ai.plexe.auth.accesslog.Event;
import ai.plexe.auth.account.AccountEvents.Subject;
import ai.plexe.auth.account.FederatedIdentities.Connected;
import ai.plexe.auth.database.Work;
import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.session.SessionService;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
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
    private final AccountRepository accounts;
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
            AccountRepository accounts,
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
        this.accounts = accounts;
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
        Uni<Connected> work = Work.inTransaction(() -> users.lock(user.userId())
                .onItem()
                .ifNull()
                .failWith(ProblemException::sessionEnded)
                .invoke(locked -> requireUnchanged(locked, user))
                .flatMap(locked -> identities.connect(locked, proved)));
        return noted(work, Subject.of(user), proved, client).replaceWithVoid();
    }

    /** A password that was changed while it was being compared proves nothing any more. */
    private static void requireUnchanged(AccountUser locked, Credentials proved) {
        if (locked.credentialsVersion != proved.version()) {
            throw ProblemException.of(
                    ProblemCode.INVALID_CREDENTIALS, "Your password or address was changed meanwhile. Sign in again.");
        }
    }

    /** Mails the link to the account, unless too many were mailed to it lately, which only its log tells. */
    Uni<Void> mailLink(ProvedIdentity proved, Client client) {
        Uni<Mail> work = limits.admitForgotten(client)
                .flatMap(admitted -> limits.mayMailJoin(proved.email()))
                .flatMap(mayMail -> Work.inTransaction(() -> mail(proved, mayMail)));
        return events.failureNoted(work, Event.IDENTITY_CONNECT, client)
                .invoke(mail -> send(mail, proved, client))
                .replaceWithVoid();
    }

    /** @param link null if none is to be mailed */
    private record Mail(Credentials user, URI link) {}

    private Uni<Mail> mail(ProvedIdentity proved, boolean mayMail) {
        return users.ofEmail(proved.email())
                .onItem()
                .ifNull()
                .failWith(JoinService::gone)
                .flatMap(user -> (mayMail
                                ? links.make(user.id, MailLinkPurpose.CONNECT_IDENTITY, user.email)
                                : Uni.createFrom().<URI>nullItem())
                        .map(link -> new Mail(Credentials.of(user), link)));
    }

    private void send(Mail mail, ProvedIdentity proved, Client client) {
        boolean sent = mail.link() != null;
        if (sent) {
            mails.connectIdentity(mail.user().email(), providers.nameOf(proved.provider()), mail.link());
        }
        ProblemCode outcome = sent ? ProblemCode.REAUTHENTICATION_REQUIRED : ProblemCode.RATE_LIMIT_EXCEEDED;
        events.note(Event.IDENTITY_CONNECT, outcome.wireName(), Subject.of(mail.user()), client);
    }

    /** Connects the identity with the account that was mailed this link, and signs in. */
    Uni<SignedIn> byLink(ProvedIdentity proved, String token, Client client) {
        Uni<Subject> known = limits.admitLink(client).flatMap(admitted -> Work.inSession(() -> ownerOf(token)));
        return events.failureNoted(known, Event.IDENTITY_CONNECT, client)
                .flatMap(owner -> noted(Work.inTransaction(() -> join(proved, token)), owner, proved, client))
                .flatMap(user -> events.signIn(sessions.open(user.person(), client), Subject.of(user), client)
                        .map(opened -> new SignedIn(opened, user)));
    }

    private Uni<Subject> ownerOf(String token) {
        return links.userOf(token, MailLinkPurpose.CONNECT_IDENTITY)
                .flatMap(users::findById)
                .onItem()
                .ifNull()
                .failWith(MailLinks::noSuchLink)
                .map(Subject::of);
    }

    private Uni<Connected> join(ProvedIdentity proved, String token) {
        return links.userOf(token, MailLinkPurpose.CONNECT_IDENTITY)
                .flatMap(users::lock)
                .onItem()
                .ifNull()
                .failWith(MailLinks::noSuchLink)
                .call(user -> links.take(token, MailLinkPurpose.CONNECT_IDENTITY)
                        .invoke(email -> requireSame(email, user, proved)))
                .call(user -> user.emailVerifiedAt == null
                        ? claim(user, proved)
                        : Uni.createFrom().voidItem())
                .flatMap(user -> identities.connect(user, proved));
    }

    private static void requireSame(String mailedTo, AccountUser user, ProvedIdentity proved) {
        if (!user.email.equals(mailedTo) || !user.email.equalsIgnoreCase(proved.email())) {
            throw MailLinks.noSuchLink();
        }
    }

    /**
     * Whoever signed up with an address that they never verified need not be who has it: their password, what they called the
     * account, and what they asked for, counts no more.
     */
    private Uni<Void> claim(AccountUser user, ProvedIdentity proved) {
        user.emailVerifiedAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        user.name = proved.displayName();
        user.passwordHash = null;
        user.credentialsVersion++;
        return accounts.<Account>findById(user.accountId)
                .invoke(account -> account.name = user.name)
                .chain(users::flush)
                .chain(() -> links.end(user.id, MailLinkPurpose.values()))
                .chain(() -> sessions.endAll(user.id, null));
    }

    private Uni<Credentials> noted(Uni<Connected> work, Subject owner, ProvedIdentity proved, Client client) {
        Uni<Connected> decided =
                work.onFailure(ConstraintViolationException.class).transform(twin -> identities.taken(proved));
        return events.failureNoted(decided, Event.IDENTITY_CONNECT, owner, client)
                .invoke(connected -> events.done(Event.IDENTITY_CONNECT, owner, client))
                .invoke(connected -> identities.tell(connected, client))
                .map(Connected::user);
    }

    private static ProblemException gone() {
        return ProblemException.of(ProblemCode.CONFLICT, "The account has another address now. Sign in again.");
    }
}
