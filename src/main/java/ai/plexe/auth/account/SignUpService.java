package ai.plexe.auth.account;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.Role;
import ai.plexe.auth.account.AccountEvents.Subject;
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

    private static final String SIGN_UP = "signup";
    private static final String VERIFY = "email.verify";

    private final AccountRepository accounts;
    private final AccountUserRepository users;
    private final PasswordPolicy policy;
    private final PasswordHasher hasher;
    private final MailLinks links;
    private final Mails mails;
    private final RequestLimits limits;
    private final AccountEvents events;
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

    /** What came of a sign-up: the mail that its address gets. */
    private record Outcome(Subject subject, Runnable mail) {}

    void requireOpen() {
        if (config.signUp() == AccountConfig.SignUp.CLOSED) {
            throw ProblemException.of(
                    ProblemCode.INSUFFICIENT_PERMISSIONS, "Nobody can sign up here; ask the operator for an account.");
        }
    }

    Uni<Void> signUp(Application application, Client client) {
        policy.check("password", application.password(), application.email());
        Uni<Void> work = limits.admitSignUp(client)
                .flatMap(admitted -> limits.mayMail(application.email()))
                .flatMap(mayMail -> hasher.hash(application.password())
                        .flatMap(hash -> Work.inTransaction(() -> add(application, hash)))
                        .invoke(outcome -> tell(outcome, mayMail, client)))
                .replaceWithVoid();
        return events.failureNoted(work, SIGN_UP, client);
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
                .map(link -> new Outcome(Subject.of(owner), () -> mails.verifyEmail(owner.email, link)));
    }

    /**
     * @param present who has the address; null if they got it while this was under way, who has a mail coming
     */
    private Uni<Outcome> turnAway(Account account, AccountUser present) {
        Outcome outcome = present == null
                ? new Outcome(null, () -> {})
                : new Outcome(Subject.of(present), attempted(present.email, present.name));
        return accounts.remove(account.id).replaceWith(outcome);
    }

    private Runnable attempted(String email, String name) {
        return () -> mails.signUpAttempted(email, name);
    }

    private void tell(Outcome outcome, boolean mayMail, Client client) {
        if (outcome.subject() != null) {
            events.done(SIGN_UP, outcome.subject(), client);
        }
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
        return events.failureNoted(work, VERIFY, client)
                .invoke(subject -> events.done(VERIFY, subject, client))
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

    /**
     * Sends the link again.
     *
     * @return false if the address is verified already, and nothing was sent
     */
    Uni<Boolean> sendAgain(Caller caller, Client client) {
        Uni<Boolean> work = Work.inSession(() ->
                        users.ofAccount(caller.accountId(), caller.userId()).map(SignUpService::unverifiedEmail))
                .flatMap(email -> email.isEmpty()
                        ? Uni.createFrom().item(false)
                        : limits.admitMail(email).flatMap(admitted -> sendAgain(caller.userId())));
        return events.noted(work, "email.verification", caller, client);
    }

    private static String unverifiedEmail(AccountUser user) {
        return user == null || user.emailVerifiedAt != null ? "" : user.email;
    }

    private Uni<Boolean> sendAgain(String userId) {
        return Work.inTransaction(() -> users.lock(userId).flatMap(user -> {
                    if (unverifiedEmail(user).isEmpty()) {
                        return Uni.createFrom().nullItem();
                    }
                    return links.make(user.id, MailLinkPurpose.VERIFY_EMAIL, user.email)
                            .<Runnable>map(link -> () -> mails.verifyEmail(user.email, link));
                }))
                .map(mail -> {
                    if (mail != null) {
                        mail.run();
                    }
                    return mail != null;
                });
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
