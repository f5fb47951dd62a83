package ai.plexe.auth.accesslog;

import ai.plexe.auth.access.Client;

/**
 * Something about a key that its account's owner should know.
 *
 * @param event {@link Event#ALERT_REVOKED_KEY} or {@link Event#ALERT_NEW_NETWORK}
 * @param keyName what the account calls the key
 * @param client who used it, or tried to
 */
public record KeyAlert(Event event, String accountId, String keyId, String keyName, Client client) {}
