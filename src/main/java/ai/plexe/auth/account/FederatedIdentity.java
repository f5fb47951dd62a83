package ai.plexe.auth.account;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** The row of an identity that a person signs in with. */
@Entity
@Table(name = "federated_identity")
class FederatedIdentity {

    @Id
    String id;

    @Column(name = "user_id")
    String userId;

    String provider;

    String issuer;

    String subject;

    String label;

    @Column(name = "created_at")
    Instant createdAt;

    /** Null until somebody signed in with it. */
    @Column(name = "last_used_at")
    Instant lastUsedAt;
}
