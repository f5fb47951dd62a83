package ai.plexe.auth.apikey;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.account.AccountService;
import ai.plexe.auth.account.AccountStanding;
import ai.plexe.auth.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Whose powers may a caller hand out or change? None above their own. Event loops only. */
@ApplicationScoped
class KeyPrivileges {

    private final AccountService accounts;
    private final AccountStanding standing;

    KeyPrivileges(AccountService accounts, AccountStanding standing) {
        this.accounts = accounts;
        this.standing = standing;
    }

    /** Refuses a person whose address is not verified, and an account that is being deleted. */
    Uni<Void> requireStanding(Caller caller) {
        return standing.requireVerified(caller).flatMap(verified -> standing.holdUndeleted(caller.accountId()));
    }

    /** Refuses a caller below this level. */
    static void require(Caller caller, PermissionLevel level) {
        if (!caller.level().covers(level)) {
            throw ProblemException.insufficientPermissions(
                    level.wireName(), "Nobody hands out, changes or rotates above their own level.");
        }
    }

    /** Refuses a caller below this key; a service key's powers are those of an administrator. */
    static void require(Caller caller, ApiKey key) {
        require(caller, key.service ? PermissionLevel.ADMIN : key.level);
    }

    Uni<Boolean> isOperator(String accountId) {
        return accounts.isOperator(accountId);
    }

    /** Refuses a caller who is not an administrator of the account that runs the installation. */
    Uni<Void> requireOperator(Caller caller) {
        require(caller, PermissionLevel.ADMIN);
        return accounts.isOperator(caller.accountId())
                .invoke(operator -> {
                    if (!operator) {
                        throw ProblemException.insufficientPermissions(
                                PermissionLevel.ADMIN.wireName(), "Service keys are made by the operator's account.");
                    }
                })
                .replaceWithVoid();
    }
}
