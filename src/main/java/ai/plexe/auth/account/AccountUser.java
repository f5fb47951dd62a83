package ai.plexe.auth.account;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** The row of a person in an account. */
@Entity
@Table(name = "account_user")
class AccountUser {

    @Id
    String id;

    @Column(name = "account_id")
    String accountId;

    String email;

    @Column(name = "password_hash")
    String passwordHash;

    String role;

    @Column(name = "created_at")
    Instant createdAt;
}
