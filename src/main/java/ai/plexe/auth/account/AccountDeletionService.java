package ai.plexe.auth.account;

import ai.plexe.auth.access.AccountBelongings;
import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.Role;
import ai.plexe.auth.accesslog.Event;
import ai.plexe.auth.database.Work;
import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.session.SessionService;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Function;

/**
 * The end of an account: its keys and sessions work no more on any instance when it is answered, and what was known of
 * people is gone. Its row stays, and the rows of its keys, without names, so that codes and bills stay true. Event loops
 * only.
 */
@ApplicationScoped
class AccountDeletionService {

    private final AccountRepository accounts;
    private final AccountUserRepository users;
    private final SessionService sessions;
    private final List<AccountBelongings> belongings;
    private final Mails mails;
    private final AccountEvents events;
    private final Clock clock;

    AccountDeletionService(
            AccountRepository accounts,
            AccountUserRepository users,
            SessionService sessions,
            @All List<AccountBelongings> belongings,
            Mails mails,
            AccountEvents events,
            Clock clock) {
        this.accounts = accounts;
        this.users = users;
        this.sessions = sessions;
        this.belongings = belongings;
        this.mails = mails;
        this.events = events;
        this.clock = clock;
    }

    /** Whom to tell. */
    private record Recipient(String email, String name) {}

    /**
     * Deletes the caller's account.
     *
     * @param confirmation the account's name or the owner's address, so that nobody does it by accident
     */
    Uni<Void> delete(Caller caller, String confirmation, Client client) {
        Uni<Void> work = Work.inTransaction(() -> delete(caller, confirmation))
                .invoke(recipients ->
                        recipients.forEach(recipient -> mails.accountDeleted(recipient.email(), recipient.name())))
                .replaceWithVoid();
        return events.noted(work, Event.ACCOUNT_DELETE, caller, client);
    }

    /** People are locked before their account, as a sign-in does, so that the two can't wait for each other. */
    private Uni<List<Recipient>> delete(Caller caller, String confirmation) {
        return users.lockOfAccount(caller.accountId())
                .flatMap(people -> accounts.lockUndeleted(caller.accountId())
                        .onItem()
                        .ifNull()
                        .failWith(ProblemException::sessionEnded)
                        .invoke(account -> requireOwner(caller, people, account, confirmation))
                        .call(account -> each(people, person -> sessions.endAll(person.id, null)))
                        .call(account -> each(belongings, owner -> owner.removeOf(account.id)))
                        .invoke(this::empty)
                        .call(accounts::flush)
                        .call(account -> users.removeOfAccount(account.id))
                        .map(account -> people.stream()
                                .map(person -> new Recipient(person.email, person.name))
                                .toList()));
    }

    private static void requireOwner(Caller caller, List<AccountUser> people, Account account, String confirmation) {
        AccountUser owner = people.stream()
                .filter(person -> person.id.equals(caller.userId()))
                .findFirst()
                .orElseThrow(ProblemException::sessionEnded);
        if (!owner.role.equals(Role.OWNER.wireName())) {
            throw ProblemException.of(ProblemCode.INSUFFICIENT_PERMISSIONS, "Only its owner deletes an account.");
        }
        if (account.operator) {
            throw ProblemException.of(
                    ProblemCode.CONFLICT, "This account runs the installation, and can't be deleted.");
        }
        if (!confirmation.equals(account.name) && !confirmation.equalsIgnoreCase(owner.email)) {
            throw ProblemException.invalid("confirm", "must be the account's name or your e-mail address");
        }
    }

    private void empty(Account account) {
        account.name = "";
        account.deletedAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** One after the other: a session of Hibernate's is never used in parallel. */
    private static <T> Uni<Void> each(List<T> things, Function<T, Uni<Void>> step) {
        return Multi.createFrom()
                .iterable(things)
                .onItem()
                .transformToUniAndConcatenate(step::apply)
                .collect()
                .last()
                .replaceWithVoid();
    }
}
