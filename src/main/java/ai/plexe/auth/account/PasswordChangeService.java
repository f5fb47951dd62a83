package ai.plexe.auth.account;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.accesslog.Event;
import ai.plexe.auth.account.AccountEvents.Subject;
import ai.plexe.auth.database.BackgroundWork;
import ai.plexe.auth.database.Work;
import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.session.SessionService;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * How people change their password, or set a new one when they have forgotten it. Event loops only. A hash is computed
 * outside of any session; who the person is and what they know is looked at again when their row is locked.
 */
@ApplicationScoped
class PasswordChangeService {

    private static final Logger LOG = Logger.getLogger(PasswordChangeService.class);

    private final AccountUserRepository users;
    private final PasswordPolicy policy;
    private final PasswordHasher hasher;
    private final SignInAttempts attempts;
    private final SessionService sessions;
    private final FederatedIdentities identities;
    private final MailLinks links;
    private final Mails mails;
    private final RequestLimits limits;
    private final AccountEvents events;
    private final BackgroundWork background;
    private final Clock clock;

    PasswordChangeService(
            AccountUserRepository users,
            PasswordPolicy policy,
            PasswordHasher hasher,
            SignInAttempts attempts,
            SessionService sessions,
            FederatedIdentities identities,
            MailLinks links,
            Mails mails,
            RequestLimits limits,
            AccountEvents events,
            BackgroundWork background,
            Clock clock) {
        this.users = users;
        this.policy = policy;
        this.hasher = hasher;
        this.attempts = attempts;
        this.sessions = sessions;
        this.identities = identities;
        this.links = links;
        this.mails = mails;
        this.limits = limits;
        this.events = events;
        this.background = background;
        this.clock = clock;
    }

    /** Changes the password of a person who knows the present one, and ends their other sessions. */
    Uni<Void> change(Caller caller, String current, String next, Client client) {
        Uni<Void> work = limits.admitPasswordChange(caller.userId())
                .flatMap(admitted -> Work.inSession(() -> users.credentialsOf(caller))
                        .onItem()
                        .ifNull()
                        .failWith(ProblemException::sessionEnded))
                .invoke(known -> policy.check("new_password", next, known.email()))
                .call(known -> requireMatch(current, known))
                .flatMap(known -> hasher.hash(next).flatMap(hash -> change(known, hash, caller.sessionId())))
                .invoke(changed -> tell(changed, client))
                .replaceWithVoid();
        return events.noted(work, Event.PASSWORD_CHANGE, caller, client);
    }

    private Uni<Void> requireMatch(String password, Credentials known) {
        if (known.passwordHash() == null) {
            throw ProblemException.of(
                    ProblemCode.CONFLICT, "You have no password yet; POST /auth/password/forgot mails you a link.");
        }
        return hasher.verify(password, known.passwordHash())
                .invoke(matches -> {
                    if (!matches) {
                        throw ProblemException.of(
                                ProblemCode.INVALID_CREDENTIALS, "The current password is another one.");
                    }
                })
                .replaceWithVoid();
    }

    /** @param providers what they can sign in with all the same */
    private record Changed(Credentials user, List<String> providers) {}

    private void tell(Changed changed, Client client) {
        mails.passwordChanged(changed.user().email(), changed.user().name(), changed.providers(), client);
    }

    private Uni<Changed> change(Credentials known, String hash, String sessionId) {
        return Work.inTransaction(() -> users.lock(known.userId())
                .onItem()
                .ifNull()
                .failWith(ProblemException::sessionEnded)
                .invoke(user -> {
                    if (user.credentialsVersion != known.version()) {
                        throw ProblemException.of(
                                ProblemCode.CONFLICT, "Your password or address was changed meanwhile.");
                    }
                })
                .flatMap(user -> set(user, hash, sessionId)));
    }

    /** What was asked for with the old password, or by whoever knew it, counts no more. */
    private Uni<Changed> set(AccountUser user, String hash, String exceptSessionId) {
        user.passwordHash = hash;
        user.passwordChangedAt = now();
        user.credentialsVersion++;
        return users.flush()
                .call(() -> links.end(
                        user.id,
                        MailLinkPurpose.RESET_PASSWORD,
                        MailLinkPurpose.CHANGE_EMAIL,
                        MailLinkPurpose.CONNECT_IDENTITY))
                .call(() -> sessions.endAll(user.id, exceptSessionId))
                .chain(() -> identities.providersOf(user))
                .map(providers -> new Changed(Credentials.of(user), providers));
    }

    /**
     * Mails a link to whoever has this address, if somebody has. The answer waits only for what is the same for all: the
     * limits and one look at the table.
     */
    Uni<Void> forgot(String email, Client client) {
        Uni<Void> work = limits.admitForgotten(client)
                .flatMap(admitted -> limits.mayMailReset(email))
                .flatMap(mayMail -> known(email).invoke(known -> inBackground(known, mayMail, client)))
                .replaceWithVoid();
        return events.failureNoted(work, Event.PASSWORD_FORGOT, client);
    }

    /** Null if nobody has the address. */
    private Uni<Credentials> known(String email) {
        return Work.inSession(() -> users.credentialsOf(email));
    }

    private void inBackground(Credentials known, boolean mayMail, Client client) {
        if (known == null) {
            events.note(Event.PASSWORD_FORGOT, ProblemCode.NOT_FOUND.wireName(), new Subject(null, null), client);
        } else if (mayMail) {
            background.begin(Event.PASSWORD_FORGOT.wireName(), () -> mailLink(known, client));
        } else {
            events.note(Event.PASSWORD_FORGOT, ProblemCode.RATE_LIMIT_EXCEEDED.wireName(), Subject.of(known), client);
        }
    }

    private Uni<Void> mailLink(Credentials known, Client client) {
        return Work.inTransaction(() -> links.make(known.userId(), MailLinkPurpose.RESET_PASSWORD, known.email()))
                .invoke(link -> {
                    events.done(Event.PASSWORD_FORGOT, Subject.of(known), client);
                    mails.resetPassword(known.email(), known.emailVerified() ? known.name() : null, link);
                })
                .replaceWithVoid();
    }

    /**
     * Sets the password of whoever was mailed this link, ends all their sessions and opens a new one: so they come in
     * however many wrong passwords others are trying.
     */
    Uni<SignedIn> reset(String token, String next, Client client) {
        Uni<Changed> work = limits.admitLink(client)
                .flatMap(admitted -> Work.inSession(() -> links.userOf(token, MailLinkPurpose.RESET_PASSWORD)
                        .flatMap(users::findById)
                        .onItem()
                        .ifNull()
                        .failWith(MailLinks::noSuchLink)
                        .map(Credentials::of)))
                .invoke(known -> policy.check("new_password", next, known.email()))
                .flatMap(known -> hasher.hash(next))
                .flatMap(hash -> Work.inTransaction(() -> reset(token, hash)));
        return events.failureNoted(work, Event.PASSWORD_RESET, client)
                .invoke(changed -> tell(changed, client))
                .map(Changed::user)
                .invoke(known -> events.done(Event.PASSWORD_RESET, Subject.of(known), client))
                .call(known -> forgive(known.email()))
                .flatMap(known -> events.signIn(sessions.open(known.person(), client), Subject.of(known), client)
                        .map(session -> new SignedIn(session, known)));
    }

    private Uni<Changed> reset(String token, String hash) {
        return links.userOf(token, MailLinkPurpose.RESET_PASSWORD)
                .flatMap(users::lock)
                .onItem()
                .ifNull()
                .failWith(MailLinks::noSuchLink)
                .flatMap(user -> links.take(token, MailLinkPurpose.RESET_PASSWORD)
                        .invoke(email -> proveAddress(user, email))
                        .flatMap(email -> set(user, hash, null)));
    }

    private void proveAddress(AccountUser user, String email) {
        if (!user.email.equals(email)) {
            throw MailLinks.noSuchLink();
        }
        if (user.emailVerifiedAt == null) {
            user.emailVerifiedAt = now();
        }
    }

    private Uni<Void> forgive(String email) {
        return attempts.forgive(email)
                .onFailure()
                .invoke(failure -> LOG.warnf("left undone: forgetting tries to sign in: %s", failure))
                .onFailure()
                .recoverWithNull();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
