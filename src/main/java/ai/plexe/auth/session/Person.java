package ai.plexe.auth.session;

import ai.plexe.auth.access.Role;

/**
 * Whom a session is opened for.
 *
 * @param credentialsVersion as it was read before their identity was proved; a session is opened only if it still holds
 */
public record Person(String accountId, String userId, Role role, int credentialsVersion) {}
