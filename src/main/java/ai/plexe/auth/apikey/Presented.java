package ai.plexe.auth.apikey;

import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.accesslog.Event;
import ai.plexe.auth.address.IpAddress;

/**
 * A key as it was shown, and what it was shown for.
 *
 * @param digest the digest of its secret
 * @param needed the level that the request needs; null if no key will do
 * @param orService whether a service key of any level will do
 * @param event what the access log calls this
 * @param client who showed it
 * @param cost how many requests it counts for
 * @param account the account that the key must belong to, any other key being unknown; null for any account
 * @param explain judge every check and count nothing
 */
public record Presented(
        String digest,
        PermissionLevel needed,
        boolean orService,
        Event event,
        Client client,
        long cost,
        String account,
        boolean explain) {

    /** Where it was shown from; null if nobody said. */
    IpAddress address() {
        return client.address();
    }

    Presented withDigest(String current) {
        return new Presented(current, needed, orService, event, client, cost, account, explain);
    }
}
