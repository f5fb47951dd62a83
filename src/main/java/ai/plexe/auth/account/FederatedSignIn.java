package ai.plexe.auth.account;

import ai.plexe.auth.session.OpenedSession;

/**
 * What came of signing in with a provider.
 *
 * @param session null if the address has an account that is to be proved first
 */
public record FederatedSignIn(OpenedSession session) {

    static final FederatedSignIn ACCOUNT_TO_BE_PROVED = new FederatedSignIn(null);

    public boolean isOpen() {
        return session != null;
    }
}
