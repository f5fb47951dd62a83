package ai.plexe.auth.apikey;

import ai.plexe.auth.access.PermissionLevel;

/**
 * What a key stands for.
 *
 * @param service whether it may verify the keys of every account
 */
public record Grant(String keyId, String accountId, PermissionLevel level, boolean service) {

    private static final String SERVICE = "service";

    /** As it is kept in the cache: ids and level have no spaces. */
    String toIdentity() {
        return String.join(" ", keyId, accountId, level.wireName(), service ? SERVICE : "-");
    }

    static Grant ofIdentity(String identity) {
        int account = identity.indexOf(' ') + 1;
        int level = identity.indexOf(' ', account) + 1;
        int service = identity.indexOf(' ', level) + 1;
        return new Grant(
                identity.substring(0, account - 1),
                identity.substring(account, level - 1),
                PermissionLevel.of(identity.substring(level, service - 1)),
                identity.regionMatches(service, SERVICE, 0, SERVICE.length()));
    }
}
