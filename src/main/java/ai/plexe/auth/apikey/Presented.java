package ai.plexe.auth.apikey;

import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.address.IpAddress;

/**
 * A key as it was shown, and what it was shown for.
 *
 * @param digest the digest of its secret
 * @param needed the level that the request needs
 * @param address where the request comes from; null if nobody said
 * @param cost how many requests it counts for
 * @param account the account that the key must belong to, any other key being unknown; null for any account
 * @param explain judge every check and count nothing
 */
public record Presented(
        String digest, PermissionLevel needed, IpAddress address, long cost, String account, boolean explain) {

    /** The same for a request that needs another level. */
    public Presented withNeeded(PermissionLevel level) {
        return new Presented(digest, level, address, cost, account, explain);
    }

    Presented withDigest(String current) {
        return new Presented(current, needed, address, cost, account, explain);
    }
}
