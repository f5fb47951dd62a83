package ai.plexe.auth.account;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** What an account and its people must be before something new is made in it. Event loops only. */
@ApplicationScoped
public class AccountStanding {

    private final AccountRepository accounts;
    private final AccountUserRepository users;

    AccountStanding(AccountRepository accounts, AccountUserRepository users) {
        this.accounts = accounts;
        this.users = users;
    }

    /**
     * Refuses a person whose address is not verified, within the caller's session. A program was let in by somebody
     * whose address was.
     */
    public Uni<Void> requireVerified(Caller caller) {
        if (caller.userId() == null) {
            return Uni.createFrom().voidItem();
        }
        return users.ofAccount(caller.accountId(), caller.userId())
                .invoke(user -> {
                    if (user == null || user.emailVerifiedAt == null) {
                        throw ProblemException.of(
                                ProblemCode.EMAIL_NOT_VERIFIED,
                                "Open the link that was mailed to you first; POST /auth/email/verification sends it again.");
                    }
                })
                .replaceWithVoid();
    }

    /**
     * Refuses to go on in an account that is deleted, and keeps it from being so until the caller's transaction ends.
     * To be called before a row is added that a deletion must not miss.
     */
    public Uni<Void> holdUndeleted(String accountId) {
        return accounts.holdUndeleted(accountId)
                .invoke(undeleted -> {
                    if (!undeleted) {
                        throw ProblemException.of(ProblemCode.CONFLICT, "The account was deleted.");
                    }
                })
                .replaceWithVoid();
    }
}
