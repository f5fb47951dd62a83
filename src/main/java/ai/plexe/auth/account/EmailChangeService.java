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
import java.time.temporal.ChronoUnit;
import org.hibernate.exception.ConstraintViolationException;

/**
 * How people change their address: a link is mailed to the new one, and the old one is told when it is asked for and when
 * it is done. Nobody learns whether the new address is taken but its owner. Event loops only.
 */
@ApplicationScoped
class EmailChangeService {

    private final AccountUserRepository users;
    private final SessionService sessions;
    private final MailLinks links;
    private final Mails mails;
    private final RequestLimits limits;
    private final AccountEvents events;
    private final BackgroundWork background;
    private final Clock clock;

    EmailChangeService(
            AccountUserRepository users,
            SessionService sessions,
            MailLinks links,
            Mails mails,
            RequestLimits limits,
            AccountEvents events,
            BackgroundWork background,
            Clock clock) {
        this.users = users;
        this.sessions = sessions;
        this.links = links;
        this.mails = mails;
        this.limits = limits;
        this.events = events;
        this.background = background;
        this.clock = clock;
    }

    /** Who asks. */
    private record Asking(String userId, String email, String name, int credentialsVersion) {}

    /** What was changed. */
    private record Changed(Subject subject, String oldEmail, String newEmail, String name) {}

    /** Mails the link. The answer waits only for what is the same whether or not the new address is taken. */
    Uni<Void> ask(Caller caller, String newEmail, Client client) {
        Uni<Void> work = limits.admitEmailChange(caller.userId())
                .flatMap(admitted -> limits.mayMailChange(newEmail))
                .flatMap(mayMail -> Work.inSession(() -> users.ofAccount(caller.accountId(), caller.userId())
                                .onItem()
                                .ifNull()
                                .failWith(ProblemException::sessionEnded)
                                .map(user -> new Asking(user.id, user.email, user.name, user.credentialsVersion)))
                        .invoke(asking -> refuseSame(asking, newEmail))
                        .invoke(asking -> background.begin(
                                Event.EMAIL_CHANGE_ASK.wireName(), () -> mailLink(asking, newEmail, mayMail))))
                .replaceWithVoid();
        return events.noted(work, Event.EMAIL_CHANGE_ASK, caller, client);
    }

    private static void refuseSame(Asking asking, String newEmail) {
        if (asking.email().equals(newEmail)) {
            throw ProblemException.invalid("new_email", "is your address already");
        }
    }

    /** The old address is told first, and even if the new one gets no mail. */
    private Uni<Void> mailLink(Asking asking, String newEmail, boolean mayMail) {
        mails.emailChangeAsked(asking.email(), asking.name(), newEmail);
        return mayMail
                ? Work.inTransaction(() -> linkOrNote(asking, newEmail))
                        .invoke(Runnable::run)
                        .replaceWithVoid()
                : Uni.createFrom().voidItem();
    }

    /** What was asked for before the password or the address was changed counts no more. */
    private Uni<Runnable> linkOrNote(Asking asking, String newEmail) {
        return users.lock(asking.userId())
                .flatMap(user -> user == null || user.credentialsVersion != asking.credentialsVersion()
                        ? Uni.createFrom().item(() -> {})
                        : users.ofEmail(newEmail).flatMap(present -> linkOrNote(user, present, newEmail)));
    }

    private Uni<Runnable> linkOrNote(AccountUser user, AccountUser present, String newEmail) {
        if (present != null && !present.id.equals(user.id)) {
            String email = present.email;
            String name = present.name;
            Runnable note = () -> mails.signUpAttempted(email, name);
            return links.end(user.id, MailLinkPurpose.CHANGE_EMAIL).replaceWith(note);
        }
        return links.make(user.id, MailLinkPurpose.CHANGE_EMAIL, newEmail)
                .map(link -> () -> mails.confirmEmail(newEmail, link));
    }

    /**
     * Replaces the address of whoever was mailed this link. Sessions end: what they were opened with has changed, and
     * nothing tells which of them is the one that asked.
     */
    Uni<Void> change(String token, Client client) {
        Uni<Changed> work = limits.admitLink(client)
                .flatMap(admitted -> Work.inTransaction(() -> change(token)))
                .onFailure(ConstraintViolationException.class)
                .transform(duplicate -> taken());
        return events.failureNoted(work, Event.EMAIL_CHANGE, client)
                .invoke(changed -> {
                    events.done(Event.EMAIL_CHANGE, changed.subject(), client);
                    mails.emailChanged(changed.oldEmail(), changed.name(), changed.newEmail());
                })
                .replaceWithVoid();
    }

    private Uni<Changed> change(String token) {
        return links.userOf(token, MailLinkPurpose.CHANGE_EMAIL)
                .flatMap(users::lock)
                .onItem()
                .ifNull()
                .failWith(MailLinks::noSuchLink)
                .flatMap(user ->
                        links.take(token, MailLinkPurpose.CHANGE_EMAIL).flatMap(newEmail -> replace(user, newEmail)));
    }

    /** Links that went to the old address end with it. */
    private Uni<Changed> replace(AccountUser user, String newEmail) {
        Changed changed = new Changed(Subject.of(user), user.email, newEmail, user.name);
        return users.isFree(newEmail, user.id)
                .invoke(free -> {
                    if (!free) {
                        throw taken();
                    }
                    user.email = newEmail;
                    user.emailVerifiedAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
                    user.credentialsVersion++;
                })
                .call(users::flush)
                .call(() -> links.end(user.id, MailLinkPurpose.values()))
                .call(() -> sessions.endAll(user.id, null))
                .replaceWith(changed);
    }

    private static ProblemException taken() {
        return ProblemException.of(ProblemCode.CONFLICT, "Another account has got this address meanwhile.");
    }
}
