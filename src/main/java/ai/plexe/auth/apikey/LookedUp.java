package ai.plexe.auth.apikey;

import ai.plexe.auth.address.Cidr;
import ai.plexe.auth.ratelimit.RateLimit;
import java.time.Instant;
import java.util.List;

/** What PostgreSQL knows of a digest. */
sealed interface LookedUp {

    /** No key ever had it. */
    record Unknown() implements LookedUp {}

    /**
     * A key has it now, or had it before a rotation.
     *
     * @param limit the key's or its account's; null for the installation's default
     * @param currentDigest the digest of the key's current secret: another one after a rotation
     * @param acceptedUntil when a secret that was rotated out stops being accepted; null for the current one
     */
    record Known(
            Grant grant,
            boolean revoked,
            Instant expiresAt,
            RateLimit limit,
            List<Cidr> allowedNetworks,
            String currentDigest,
            Instant acceptedUntil)
            implements LookedUp {}
}
