package ai.plexe.auth.access;

import io.smallrye.mutiny.Uni;

/**
 * What another package keeps for accounts, and ends or removes when one is deleted. Each is found by its type, so that
 * accounts know nothing of what belongs to them. Event loops only.
 */
public interface AccountBelongings {

    /**
     * Within the caller's transaction, in which the account is locked: effective on every instance when this is done,
     * or a failure, upon which nothing is deleted.
     */
    Uni<Void> removeOf(String accountId);
}
