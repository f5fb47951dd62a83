package ai.plexe.auth.session;

import java.time.Instant;

/**
 * A session and the token that stands for it.
 *
 * @param token a signed JWT; a secret
 * @param expiresAt when the session ends, whatever happens
 * @param idleExpiresAt when it ends if it is not used
 * @param newDevice whether the person has not signed in with this user agent lately
 */
public record OpenedSession(
        String token, String sessionId, Instant expiresAt, Instant idleExpiresAt, boolean newDevice) {

    @Override
    public String toString() {
        return "OpenedSession[" + sessionId + "]";
    }
}
