package ai.plexe.auth.apikey;

import java.time.Instant;

/**
 * A key and what is known around it.
 *
 * @param secret only in the answer that shows it; null ever after
 * @param previousSecretValidUntil when the secrets from before a rotation end; null if none is accepted any more
 * @param lastUsed null if it never was
 */
record KeyDetails(ApiKey key, ApiKeySecret secret, Instant previousSecretValidUntil, KeyUse lastUsed) {

    static KeyDetails of(ApiKey key) {
        return new KeyDetails(key, null, null, null);
    }

    KeyDetails withSecret(ApiKeySecret shown) {
        return new KeyDetails(key, shown, previousSecretValidUntil, lastUsed);
    }

    KeyStatus statusAt(Instant time) {
        if (key.revokedAt != null) {
            return KeyStatus.REVOKED;
        }
        return key.expiresAt != null && !key.expiresAt.isAfter(time) ? KeyStatus.EXPIRED : KeyStatus.ACTIVE;
    }
}
