package ai.plexe.auth.account;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.accesslog.Event;
import ai.plexe.auth.database.Work;
import ai.plexe.auth.id.TimeOrderedId;
import ai.plexe.auth.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Accounts and their owners. Event loops only, within the caller's transaction. */
@ApplicationScoped
public class AccountService {

    private final AccountRepository repository;
    private final AccountUserRepository users;
    private final AccountEvents events;
    private final Clock clock;

    AccountService(AccountRepository repository, AccountUserRepository users, AccountEvents events, Clock clock) {
        this.repository = repository;
        this.users = users;
        this.events = events;
        this.clock = clock;
    }

    /** Does this account run the installation? */
    public Uni<Boolean> isOperator(String accountId) {
        return repository.isOperator(accountId);
    }

    /** The caller's account, and who they are in it. */
    Uni<AccountDetails> details(Caller caller) {
        return Work.inSession(() -> repository
                .findById(caller.accountId())
                .onItem()
                .ifNull()
                .failWith(() -> ProblemException.notFound("account"))
                .flatMap(account -> user(caller).map(user -> AccountDetails.of(account, user))));
    }

    /**
     * Gives the account or the person another name.
     *
     * @param name of the account, which its owner may change; null to leave it
     * @param userName of the person who asks; null to leave it
     */
    Uni<AccountDetails> rename(Caller caller, String name, String userName, Client client) {
        Uni<AccountDetails> work = Work.inTransaction(() -> users.lock(caller.userId())
                .onItem()
                .ifNull()
                .failWith(ProblemException::sessionEnded)
                .invoke(user -> user.name = userName == null ? user.name : userName)
                .flatMap(user -> repository
                        .lockUndeleted(caller.accountId())
                        .onItem()
                        .ifNull()
                        .failWith(ProblemException::sessionEnded)
                        .invoke(account -> account.name = name == null ? account.name : name)
                        .call(repository::flush)
                        .map(account -> AccountDetails.of(account, user))));
        return events.noted(work, Event.ACCOUNT_CHANGE, caller, client);
    }

    private Uni<AccountUser> user(Caller caller) {
        return caller.userId() == null
                ? users.ownerOf(caller.accountId())
                : users.ofAccount(caller.accountId(), caller.userId());
    }

    /** Is there no account yet? */
    public Uni<Boolean> noneExists() {
        return repository.count().map(accounts -> accounts == 0);
    }

    /**
     * Makes the account that runs the installation. There can be one only: a second one fails as a duplicate.
     *
     * @return its id
     */
    public Uni<String> addOperator(String name) {
        Account account = new Account();
        account.id = TimeOrderedId.next("acc", clock.instant());
        account.name = name;
        account.operator = true;
        account.createdAt = now();
        return repository.persistAndFlush(account).replaceWith(account.id);
    }

    /**
     * Adds the owner of an account, whose address needs no verifying: whoever installs the service has named it.
     *
     * @param passwordHash null if the owner signs in without a password
     */
    public Uni<Void> addOwner(String accountId, String email, String passwordHash) {
        AccountUser owner = new AccountUser();
        owner.id = TimeOrderedId.next("usr", clock.instant());
        owner.accountId = accountId;
        owner.email = email;
        owner.passwordHash = passwordHash;
        owner.role = "owner";
        owner.createdAt = now();
        owner.emailVerifiedAt = owner.createdAt;
        return users.persist(owner).replaceWithVoid();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
