package ai.plexe.auth.apikey;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** The row of a secret that a key has or had, by its digest. Never leaves this package. */
@Entity
@Table(name = "api_key_secret")
class KeySecret {

    @Id
    String digest;

    @Column(name = "key_id")
    String keyId;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "valid_until")
    Instant validUntil;

    static KeySecret of(ApiKey key, Instant now) {
        KeySecret secret = new KeySecret();
        secret.digest = key.digest;
        secret.keyId = key.id;
        secret.createdAt = now;
        return secret;
    }

    boolean isAcceptedAt(Instant time) {
        return validUntil == null || validUntil.isAfter(time);
    }

    /** An end that has passed by every clock: the service's, which writes it, and Redis's, which judges by it. */
    static final Instant AT_ONCE = Instant.EPOCH;

    /** Ends it after a grace period; an end that was promised before is never put off. */
    void retire(Instant end) {
        if (validUntil == null || validUntil.isAfter(end)) {
            validUntil = end;
        }
    }
}
