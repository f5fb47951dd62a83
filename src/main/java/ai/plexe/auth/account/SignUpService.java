package ai.plexe.auth.account;

import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.Role;
import ai.plexe.auth.accesslog.Event;
import ai.plexe.auth.account.AccountEvents.Subject;
import ai.plexe.auth.database.BackgroundWork;
import ai.plexe.auth.database.Work;
import ai.plexe.auth.id.TimeOrderedId;
import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * How people get an account, and prove that their address is theirs. Event loops only.
 *
 * <p>Nobody learns whether an address is taken: a sign-up takes the same limits, the same hash and as many statements and
 * one commit either way, and what it does differently is told by mail alone.
 */
@ApplicationScoped
class SignUpService {

    private static final String OK = "ok";
    private static final String TAKEN = ProblemCode.CONFLICT.wireName();

    private final AccountRepository accounts;
    private final AccountUserRepository users;
    private final PasswordPolicy policy;
    private final PasswordHasher hasher;
    private final MailLinks links;
    private final Mails mails;
    private final RequestLimits limits;
    private final AccountEvents events;
    private final BackgroundWork background;
    private final AccountConfig config;
    private final Clock clock;

    SignUpService(
            AccountRepository accounts,
            AccountUserRepository users,
            PasswordPolicy policy,
            PasswordHasher hasher,
            MailLinks links,
            Mails mails,
            RequestLimits limits,
            AccountEvents events,
            BackgroundWork background,
            AccountConfig config,
            Clock clock) {
        this.accounts = accounts;
        this.users = users;
        this.policy = policy;
        this.hasher = hasher;
        this.links = links;
        this.mails = mails;
        this.limits = limits;
        this.events = events;
        this.background = background;
        this.config = config;
        this.clock = clock;
    }

    /**
     * What somebody signs up with.
     *
     * @param accountName null to call the account as the person
     */
    record Application(String email, String password, String name, String accountName) {

        /** A record would print the password. */
        @Override
        public String toString() {
            return "Application";
        }
    }

    /**
     * What came of a sign-up.
     *
     * @param subject whose address it is
     * @param code as the access log has it
     * @param mail what the address gets
     */
    private record Outcome(Subject subject, String code, Runnable mail) {}

    void requireOpen() {
        if (config.signUp() == AccountConfig.SignUp.CLOSED) {
            throw ProblemException.of(
                    ProblemCode.INSUFFICIENT_PERMISSIONS, "Nobody can sign up here; ask the operator for an account.");
        }
    }

    Uni<Void> signUp(Application application, Client client) {
        policy.check("password", application.password(), application.email());
        Uni<Void> work = limits.admitSignUp(client)
                .flatMap(admitted -> limits.mayMailOfSignUp(application.email()))
                .flatMap(mayMail -> hasher.hash(application.password())
                        .flatMap(hash -> Work.inTransaction(() -> add(application, hash)))
                        .invoke(outcome -> tell(outcome, mayMail, client)))
                .replaceWithVoid();
        return events.failureNoted(work, Event.SIGN_UP, client);
    }

    private Uni<Outcome> add(Application application, String passwordHash) {
        Account account = account(application);
        AccountUser owner = owner(account, application, passwordHash);
        return users.ofEmail(application.email())
                .flatMap(present -> accounts.persistAndFlush(account)
                        .flatMap(made -> users.addUnlessTaken(owner))
                        .flatMap(added -> added ? welcome(owner) : turnAway(account, present)));
    }

    private Uni<Outcome> welcome(AccountUser owner) {
        return links.make(owner.id, MailLinkPurpose.VERIFY_EMAIL, owner.email)
                .map(link -> new Outcome(Subject.of(owner), OK, () -> mails.verifyEmail(owner.email, link)));
    }

    /**
     * @param present who has the address; null if they got it while this was under way, who has a mail coming
     */
    private Uni<Outcome> turnAway(Account account, AccountUser present) {
        return accounts.remove(account.id)
                .replaceWith(() -> present == null
                        ? new Outcome(new Subject(null, null), TAKEN, () -> {})
                        : new Outcome(Subject.of(present), TAKEN, note(present)));
    }

    private Runnable note(AccountUser present) {
        String userId = present.id;
        String email = present.email;
        String name = present.name;
        return present.emailVerifiedAt == null
                ? () -> background.begin(Event.SIGN_UP.wireName(), () -> mailPasswordLink(userId, email))
                : () -> mails.signUpAttempted(email, name);
    }

    /**
     * Of several who signed up with an address, nobody knows whose it is. Whoever it belongs to chooses a password anew by
     * this link; the one that would have verified the address with another one's password works no more.
     */
    private Uni<Void> mailPasswordLink(String userId, String email) {
        return Work.inTransaction(() -> users.lock(userId)
                        .flatMap(user -> user == null || user.emailVerifiedAt != null
                                ? Uni.createFrom().nullItem()
                                : links.end(userId, MailLinkPurpose.VERIFY_EMAIL)
                                        .chain(() -> links.make(userId, MailLinkPurpose.RESET_PASSWORD, email))))
                .invoke(link -> {
                    if (link != null) {
                        mails.resetPassword(email, null, link);
                    }
                })
                .replaceWithVoid();
    }

    private void tell(Outcome outcome, boolean mayMail, Client client) {
        events.note(Event.SIGN_UP, outcome.code(), outcome.subject(), client);
        if (mayMail) {
            outcome.mail().run();
        }
    }

    private Account account(Application application) {
        Account account = new Account();
        account.id = TimeOrderedId.next("acc", clock.instant());
        account.name = application.accountName() == null ? application.name() : application.accountName();
        account.createdAt = now();
        return account;
    }

    private AccountUser owner(Account account, Application application, String passwordHash) {
        AccountUser owner = new AccountUser();
        owner.id = TimeOrderedId.next("usr", clock.instant());
        owner.accountId = account.id;
        owner.email = application.email();
        owner.name = application.name();
        owner.passwordHash = passwordHash;
        owner.role = Role.OWNER.wireName();
        owner.createdAt = now();
        return owner;
    }

    /** Verifies the address that the link was mailed to, if it still is the person's. */
    Uni<Void> verify(String token, Client client) {
        Uni<Subject> work = limits.admitLink(client).flatMap(admitted -> Work.inTransaction(() -> verify(token)));
        return events.failureNoted(work, Event.EMAIL_VERIFY, client)
                .invoke(subject -> events.done(Event.EMAIL_VERIFY, subject, client))
                .replaceWithVoid();
    }

    private Uni<Subject> verify(String token) {
        return links.userOf(token, MailLinkPurpose.VERIFY_EMAIL)
                .flatMap(users::lock)
                .onItem()
                .ifNull()
                .failWith(MailLinks::noSuchLink)
                .flatMap(user -> links.take(token, MailLinkPurpose.VERIFY_EMAIL).map(email -> verified(user, email)));
    }

    private Subject verified(AccountUser user, String email) {
        if (!user.email.equals(email)) {
            throw MailLinks.noSuchLink();
        }
        if (user.emailVerifiedAt == null) {
            user.emailVerifiedAt = now();
        }
        return Subject.of(user);
    }

    /** Sends the link again, if there is somebody who needs it; nobody learns whether there is. */
    Uni<Void> sendAgain(String email, Client client) {
        Uni<Void> work = limits.admitForgotten(client)
                .flatMap(admitted -> limits.mayMailVerification(email))
                .flatMap(mayMail -> Work.inSession(() -> users.credentialsOf(email))
                        .invoke(user -> {
                            if (mayMail && user != null) {
                                background.begin(Event.EMAIL_VERIFICATION.wireName(), () -> sendAgain(user, client));
                            }
                        }))
                .replaceWithVoid();
        return events.failureNoted(work, Event.EMAIL_VERIFICATION, client);
    }

    private Uni<Void> sendAgain(Credentials user, Client client) {
        return Work.inTransaction(() -> users.lock(user.userId())
                        .flatMap(locked -> locked == null || locked.emailVerifiedAt != null
                                ? Uni.createFrom().nullItem()
                                : links.make(locked.id, MailLinkPurpose.VERIFY_EMAIL, locked.email)))
                .invoke(link -> {
                    if (link != null) {
                        events.done(Event.EMAIL_VERIFICATION, Subject.of(user), client);
                        mails.verifyEmail(user.email(), link);
                    }
                })
                .replaceWithVoid();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
