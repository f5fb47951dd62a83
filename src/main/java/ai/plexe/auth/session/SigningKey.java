package ai.plexe.auth.session;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** The row of a key that signs tokens; the columns are told in the migration. */
@Entity
@Table(name = "signing_key")
class SigningKey {

    @Id
    String id;

    @Column(name = "public_key")
    byte[] publicKey;

    @Column(name = "wrapped_key")
    byte[] wrappedKey;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "signs_from")
    Instant signsFrom;

    @Column(name = "replaced_at")
    Instant replacedAt;

    @Column(name = "accepted_until")
    Instant acceptedUntil;
}
