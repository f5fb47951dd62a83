package ai.plexe.auth.session;

import ai.plexe.auth.access.Role;
import java.time.Instant;

/**
 * A session that lives, as its use found it.
 *
 * @param authenticatedAt when the person last proved who they are
 * @param usedAt when it was wound up
 */
public record LiveSession(
        String sessionId,
        String accountId,
        String userId,
        Role role,
        Instant authenticatedAt,
        Instant usedAt,
        Instant expiresAt) {}
