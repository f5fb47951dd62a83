package ai.plexe.auth.session;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** The life of sessions. Event loops only. */
@ApplicationScoped
public class SessionService {

    /**
     * Opens a session for a person whose identity has just been proved. To be called outside of any transaction: it makes
     * its own, in which the user's row is locked for sharing and the credentials version compared.
     *
     * @return a failure with {@code invalid_credentials} if the credentials have changed meanwhile
     */
    public Uni<OpenedSession> open(Person person, Client client) {
        throw new UnsupportedOperationException();
    }

    /** Notes that the person behind this session has just proved their identity again: same session, new token. */
    public Uni<OpenedSession> renewProof(Caller caller) {
        throw new UnsupportedOperationException();
    }

    /**
     * Ends a user's sessions, on every instance before it is done. To be called within a transaction that has locked the
     * user's row for update.
     *
     * @param exceptSessionId the one to leave alive; null for none
     */
    public Uni<Void> endAll(String userId, String exceptSessionId) {
        throw new UnsupportedOperationException();
    }
}
